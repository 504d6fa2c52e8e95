package io.retromae.finetune.estimate;

import io.retromae.finetune.config.DataSettings;
import io.retromae.finetune.config.EvaluationSettings;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.contrastive.ContrastiveRule;
import io.retromae.finetune.data.BatchPlan;
import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.LengthSample;
import io.retromae.training.bert.BertFlops;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Pooling;
import io.retromae.training.estimate.EvaluationWork;
import io.retromae.training.estimate.StepWork;
import io.retromae.training.estimate.TrainingCost;
import io.retromae.training.estimate.WorkerMemory;
import io.retromae.training.settings.DeviceSetting;
import java.util.Comparator;
import java.util.List;

/** What fine-tuning needs: rows as long as the settings allow for memory, mean ones for time. */
public final class FinetuneCost {
  private static final long FLOAT = Float.BYTES;

  /**
   * Scores that are there at once: a tile of 512 queries x 2,048 passages, and what is made of it.
   */
  private static final long TILES = 4 * 512 * 2_048 * FLOAT;

  /** Values of width D that the last layer keeps of a token: key, value, and what it reads. */
  private static final int LAST_WIDTHS = 3;

  /** Bytes a row of the whole step of what tells equal texts. */
  private static final long SAME_TEXT = 40;

  /** Products of all queries with all passages: scores twice, each with a gradient. */
  private static final int PRODUCTS = 4;

  private FinetuneCost() {}

  /**
   * Estimates.
   *
   * @param shape of the model
   * @param sets what it trains on
   * @param samples of the sets, in their order
   * @param evaluated what the model is evaluated on
   * @param steps of the whole run
   */
  public static TrainingCost of(
      BertShape shape,
      FinetuneConfig config,
      List<DataSet> sets,
      List<LengthSample> samples,
      Evaluated evaluated,
      long steps) {
    RowLengths lengths = RowLengths.of(sets, samples);
    ParameterLayout layout = ParameterLayout.withoutHead(shape);
    DataSettings data = config.data();
    BatchPlan.Size step = largest(sets, data.rules(config.schedule().seed()));
    int workers = config.cluster().workers();
    WorkerMemory memory =
        WorkerMemory.of(
            evaluated.heap() + order(sets) + batches(data, step) + SAME_TEXT * step.rows(),
            layout.size(),
            data.logicalShards() / workers,
            config.cluster(),
            chunk(shape, config, step) + vectors(shape, step, workers) + TILES);
    return new TrainingCost(
        config.training(),
        layout.size(),
        memory,
        "%,d tokens at once, %,d vectors of %d"
            .formatted(chunkTokens(data, step, workers), step.rows(), shape.hiddenSize()),
        work(shape, config, lengths),
        "queries of %.0f, passages of %.0f tokens on average"
            .formatted(lengths.query(), lengths.passage()),
        steps,
        evaluation(shape, config, lengths, evaluated, steps));
  }

  /**
   * What a model is evaluated on.
   *
   * @param heap bytes of a worker's
   * @param lossSteps steps of training whose loss is computed
   * @param queries held-out ones
   * @param passages that they are looked for among
   * @param probe of one try of its tasks
   */
  public record Evaluated(
      long heap, int lossSteps, long queries, long passages, EvaluationWork probe) {}

  /** Held-out rows are as long as those of training. */
  private static EvaluationWork evaluation(
      BertShape shape, FinetuneConfig config, RowLengths lengths, Evaluated on, long steps) {
    double layers = shape.numHiddenLayers();
    double lossQueries = (double) on.lossSteps() * config.data().globalBatchSize();
    double queries = lossQueries + on.queries();
    double passages = lossQueries * config.data().trainGroupSize() + on.passages();
    double flops =
        StepWork.forward(shape, layers, queries, lengths.query())
            + StepWork.forward(shape, layers, passages, lengths.passage());
    EvaluationSettings when = config.evaluation();
    EvaluationWork heldOut =
        on.queries() == 0
            ? EvaluationWork.NONE
            : EvaluationWork.ofRetrieval(
                flops,
                on.queries(),
                on.passages(),
                shape.hiddenSize(),
                EvaluationWork.times(steps, when.evalSteps().orElse(0)));
    long tries = EvaluationWork.times(steps, when.probeSteps().orElse(0));
    return heldOut.plus(on.probe().repeated(tries));
  }

  /** The order of an epoch's reads; the lines themselves are outside the heap. */
  private static long order(List<DataSet> sets) {
    double reads = sets.stream().mapToDouble(set -> set.lines().size() * set.weight()).sum();
    return Math.round(Integer.BYTES * reads);
  }

  /** The step with the most rows. */
  private static BatchPlan.Size largest(List<DataSet> sets, BatchPlan.Rules rules) {
    return sets.stream()
        .map(set -> BatchPlan.sizeOf(set, rules))
        .max(Comparator.comparingLong(BatchPlan.Size::rows))
        .orElseThrow();
  }

  private static long batches(DataSettings data, BatchPlan.Size step) {
    long queries = step.queries() / data.logicalShards();
    long tokens = queries * tokensOfQuery(data, step);
    return Integer.BYTES * tokens * (data.prefetchBatches() + 2L);
  }

  private static long tokensOfQuery(DataSettings data, BatchPlan.Size step) {
    return data.queryMaxLength() + (long) step.groupSize() * data.passageMaxLength();
  }

  /** Tokens whose activations are there at once; a row longer than a chunk is one of its own. */
  private static long chunkTokens(DataSettings data, BatchPlan.Size step, int workers) {
    long longest = Math.max(data.queryMaxLength(), data.passageMaxLength());
    long all = step.queries() / workers * tokensOfQuery(data, step);
    return Math.min(all, Math.max(longest, data.tokensPerChunk()));
  }

  /**
   * What is kept of all tokens, and pieces of the backward pass, which a CPU takes of fewer at a
   * time. The last layer keeps keys and values alone, unless all its tokens are read.
   */
  private static long chunk(BertShape shape, FinetuneConfig config, BatchPlan.Size step) {
    DataSettings data = config.data();
    boolean gpu = config.compute().device() == DeviceSetting.CUDA;
    long kept = chunkTokens(data, step, config.cluster().workers());
    long longest = Math.max(data.queryMaxLength(), data.passageMaxLength());
    long atOnce = gpu ? kept : Math.min(kept, Math.max(longest, ContrastiveRule.BEST_FOR_CPU));
    long token =
        config.objective().pooling() == Pooling.MEAN
            ? shape.numHiddenLayers() * WorkerMemory.tape(shape)
            : (shape.numHiddenLayers() - 1) * WorkerMemory.tape(shape)
                + LAST_WIDTHS * FLOAT * shape.hiddenSize();
    return kept * token + atOnce * WorkerMemory.backward(shape);
  }

  /** All rows' pooled vectors and embeddings, and gradients of both for the own ones. */
  private static long vectors(BertShape shape, BatchPlan.Size step, int workers) {
    long rows = 2 * step.rows() + 2 * step.rows() / workers;
    return FLOAT * shape.hiddenSize() * rows;
  }

  /** Operations of one step: encoding, once more what does not fit into a chunk, and the scores. */
  static StepWork work(BertShape shape, FinetuneConfig config, RowLengths lengths) {
    DataSettings data = config.data();
    double queries = data.globalBatchSize();
    double passages = queries * data.trainGroupSize();
    double tokens = queries * lengths.query() + passages * lengths.passage();
    double kept = (double) config.cluster().workers() * data.tokensPerChunk();
    double again = Math.max(0, 1 - kept / tokens);
    double layers = layers(shape, config.objective().pooling());
    double encoding =
        StepWork.ofLayers(shape, layers, queries, lengths.query())
            + StepWork.ofLayers(shape, layers, passages, lengths.passage())
            + again
                * (StepWork.forward(shape, layers, queries, lengths.query())
                    + StepWork.forward(shape, layers, passages, lengths.passage()));
    double scored =
        switch (config.objective().negatives()) {
          case GLOBAL -> passages;
          case SHARD -> passages / data.logicalShards();
          case OWN -> data.trainGroupSize();
        };
    return new StepWork(encoding + PRODUCTS * 2 * queries * scored * shape.hiddenSize());
  }

  /** Layers as if all were whole: the last one gives one token only, unless the mean is taken. */
  private static double layers(BertShape shape, Pooling pooling) {
    double width = shape.hiddenSize();
    double keysAndValues = 2 * width * width / BertFlops.layerWeights(shape);
    return pooling == Pooling.MEAN
        ? shape.numHiddenLayers()
        : shape.numHiddenLayers() - 1 + keysAndValues;
  }
}
