package io.retromae.pretrain.estimate;

import io.retromae.embed.probe.ProbeTasks;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.objective.ObjectiveCost;
import io.retromae.pretrain.objective.PretrainObjective;
import io.retromae.training.bert.BertShape;
import io.retromae.training.estimate.EvaluationWork;
import io.retromae.training.estimate.StepWork;
import io.retromae.training.estimate.TrainingCost;
import io.retromae.training.estimate.WorkerMemory;
import io.retromae.training.settings.ComputeSettings;

/** What pre-training needs: rows as long as the settings allow for memory, mean ones for time. */
public final class PretrainCost {
  private static final int FLOAT = Float.BYTES;

  /** Row groups that a logical shard's shuffle window holds, and samples in each. */
  private static final long WINDOW_SAMPLES = 4 * 1024;

  /**
   * Values of width D a token of embeddings, decoder streams and the gradients between encoder and
   * decoder.
   */
  private static final int EDGE_WIDTHS = 10;

  /** The same for each scored row in and around the MLM head. */
  private static final int HEAD_WIDTHS = 6;

  private PretrainCost() {}

  /**
   * Estimates.
   *
   * @param shape of the model
   * @param objective what is trained
   * @param meanRow tokens of a row on average
   * @param steps of the whole run
   */
  public static TrainingCost of(
      BertShape shape,
      PretrainConfig config,
      PretrainObjective<?> objective,
      double meanRow,
      long steps) {
    return new TrainingCost(
        config.training(),
        objective.layout(shape).size(),
        memory(shape, config, objective),
        "rows of %d tokens".formatted(config.data().maxSeqLength()),
        work(shape, config, objective.cost(), meanRow),
        "rows of %.0f tokens on average".formatted(meanRow),
        steps,
        EvaluationWork.NONE);
  }

  /** Memory of one worker at its peak, on rank 0, which holds the most. */
  public static WorkerMemory memory(
      BertShape shape, PretrainConfig config, PretrainObjective<?> objective) {
    int shards = config.data().logicalShards() / config.cluster().workers();
    return WorkerMemory.of(
        heap(config, shards) + ProbeTasks.heap(config.evaluation().probe(), shape.hiddenSize()),
        objective.layout(shape).size(),
        shards,
        config.cluster(),
        activations(shape, config, objective.cost()));
  }

  /** Operations of one step; the head scores some rows only. */
  static StepWork work(
      BertShape shape, PretrainConfig config, ObjectiveCost objective, double meanRow) {
    double width = shape.hiddenSize();
    double rows = config.globalBatchSize();
    double tokens = rows * meanRow;
    double layers = shape.numHiddenLayers() + objective.decoderLayers();
    double scored = tokens * objective.scoredRows();
    double head = 6 * scored * width * (shape.vocabSize() + width);
    if (objective.pooledScores()) {
      head += tokens * width * (2.0 * shape.vocabSize() + 6 * width);
    }
    return new StepWork(StepWork.ofLayers(shape, layers, rows, meanRow) + head);
  }

  private static long heap(PretrainConfig config, int shards) {
    long rows = config.data().perDeviceTrainBatchSize();
    long length = config.data().maxSeqLength();
    long batch = rows * length * 6 * FLOAT + rows * length * length / Byte.SIZE;
    long window = WINDOW_SAMPLES * length * FLOAT;
    return batch * (config.data().prefetchBatches() + 2L) + window * shards;
  }

  private static long activations(BertShape shape, PretrainConfig config, ObjectiveCost objective) {
    long rows = config.data().perDeviceTrainBatchSize();
    long tokens = rows * config.data().maxSeqLength();
    long width = (long) FLOAT * shape.hiddenSize();
    long tape = WorkerMemory.tape(shape);
    long layers = shape.numHiddenLayers();
    long decoder = objective.decoderLayers();
    long kept =
        config.compute().gradientCheckpointing()
            ? layers * width + (1 + decoder) * tape
            : (layers + decoder) * tape;
    double widths = EDGE_WIDTHS + HEAD_WIDTHS * objective.scoredRows();
    long pooledRows = objective.pooledScores() ? rows + 8 : 0;
    return tokens * (kept + WorkerMemory.backward(shape))
        + Math.round(tokens * widths * width)
        + scores(shape, config, pooledRows);
  }

  /** Scores of the vocabulary, a chunk of rows at a time; see chunk() in head.py. */
  private static long scores(BertShape shape, PretrainConfig config, long pooledRows) {
    long vocabulary = shape.vocabSize();
    long chunk = Math.max(32, Math.min(384, 12_000_000 / vocabulary));
    boolean half = config.compute().precision() == ComputeSettings.Precision.BF16;
    long copies = half ? 3 : 1;
    return FLOAT * vocabulary * (chunk * copies + pooledRows);
  }
}
