package io.retromae.pretrain.estimate;

import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.objective.ObjectiveCost;
import io.retromae.pretrain.objective.PretrainObjective;
import io.retromae.pretrain.probe.ProbeTasks;
import io.retromae.training.bert.BertShape;
import io.retromae.training.settings.ComputeSettings;
import java.util.List;

/**
 * Memory that one worker needs at its peak, in bytes: rows as long as the settings allow, on rank
 * 0, which holds the most. The terms are those of docs/training.md, "Memory"; how near they come is
 * measured in docs/configuration.md, "Estimates".
 *
 * @param heap of the JVM: batches built ahead, row groups that are being read, a probe's texts and
 *     vectors
 * @param runtime of the JVM outside its heap and of libtorch, before there is a model
 * @param state weights, moments and all gradient vectors
 * @param checkpoint the copy that a checkpoint is written from
 * @param activations what the backward pass reads, and the largest of its own pieces
 */
public record WorkerMemory(long heap, long runtime, long state, long checkpoint, long activations) {
  private static final long MIB = 1L << 20;

  /** Class data, compiled code, threads, and libtorch as it is loaded: see the class comment. */
  private static final long RUNTIME = 450 * MIB;

  /** Of Spark and of what a task reads, however small the model. */
  private static final long HEAP = 256 * MIB;

  private static final int FLOAT = Float.BYTES;

  /** Row groups that a logical shard's shuffle window holds, and samples in each. */
  private static final long WINDOW_SAMPLES = 4 * 1024;

  /** Values of width D a token that the largest steps of the backward pass hold beside the tape. */
  private static final int BACKWARD_WIDTHS = 20;

  /** The same of embeddings, decoder streams and the gradients between encoder and decoder. */
  private static final int EDGE_WIDTHS = 10;

  /** The same for each scored row in and around the MLM head. */
  private static final int HEAD_WIDTHS = 6;

  /**
   * Estimates.
   *
   * @param shape of the model
   * @param objective what is trained
   * @param workers that share the logical shards, and with ZeRO the moments
   */
  public static WorkerMemory of(
      BertShape shape, PretrainConfig config, PretrainObjective<?> objective, int workers) {
    long parameters = objective.layout(shape).size();
    int shards = config.data().logicalShards() / workers;
    boolean sharded = config.cluster().zeroStage() > 0;
    long moments = 2 * FLOAT * parameters / (sharded ? workers : 1);
    long vectors = FLOAT * parameters * gradientVectors(shards);
    return new WorkerMemory(
        heap(config, shards) + ProbeTasks.heap(config.evaluation().probe(), shape.hiddenSize()),
        RUNTIME,
        FLOAT * parameters + moments + vectors,
        FLOAT * parameters + moments,
        activations(shape, config, objective.cost()));
  }

  /** Vectors that hold gradients of n logical shards while they are summed as a tree. */
  private static long gradientVectors(int shards) {
    return shards == 1 ? 2 : (63 - Long.numberOfLeadingZeros(shards)) + 2;
  }

  private static long heap(PretrainConfig config, int shards) {
    long rows = config.data().perDeviceTrainBatchSize();
    long length = config.data().maxSeqLength();
    long batch = rows * length * 6 * FLOAT + rows * length * length / Byte.SIZE;
    long window = WINDOW_SAMPLES * length * FLOAT;
    return HEAP + batch * (config.data().prefetchBatches() + 2L) + window * shards;
  }

  private static long activations(BertShape shape, PretrainConfig config, ObjectiveCost objective) {
    long rows = config.data().perDeviceTrainBatchSize();
    long tokens = rows * config.data().maxSeqLength();
    long width = (long) FLOAT * shape.hiddenSize();
    long tape = 7 * width + (long) FLOAT * shape.intermediateSize();
    long layers = shape.numHiddenLayers();
    long decoder = objective.decoderLayers();
    long kept =
        config.compute().gradientCheckpointing()
            ? layers * width + (1 + decoder) * tape
            : (layers + decoder) * tape;
    double widths = BACKWARD_WIDTHS + EDGE_WIDTHS + HEAD_WIDTHS * objective.scoredRows();
    long pooledRows = objective.pooledScores() ? rows + 8 : 0;
    return tokens * kept + Math.round(tokens * widths * width) + scores(shape, config, pooledRows);
  }

  /** Scores of the vocabulary, a chunk of rows at a time; see chunk() in head.py. */
  private static long scores(BertShape shape, PretrainConfig config, long pooledRows) {
    long vocabulary = shape.vocabSize();
    long chunk = Math.max(32, Math.min(384, 12_000_000 / vocabulary));
    boolean half = config.compute().precision() == ComputeSettings.Precision.BF16;
    long copies = half ? 3 : 1;
    return FLOAT * vocabulary * (chunk * copies + pooledRows);
  }

  /** All that is not heap; on a CPU. */
  public long outsideHeap() {
    return runtime + state + checkpoint + activations;
  }

  /** Of a GPU's memory; {@link #runtime} and {@link #checkpoint} stay on the host. */
  public long onGpu() {
    return state + activations;
  }

  /** The host's part beside the heap where a GPU computes. CUDA's own share is not measured. */
  public long outsideHeapWithGpu() {
    return runtime + GPU_RUNTIME + checkpoint;
  }

  /** CUDA's libraries as they are mapped, by the size of their files; not measured. */
  private static final long GPU_RUNTIME = 2_048 * MIB;

  /** The terms in words, in MB. */
  public List<String> describe() {
    return List.of(
        "heap %,d MB".formatted(heap / 1_000_000),
        "JVM and libtorch %,d MB".formatted(runtime / 1_000_000),
        "weights, moments, gradients %,d MB".formatted(state / 1_000_000),
        "copy for a checkpoint %,d MB".formatted(checkpoint / 1_000_000),
        "activations %,d MB".formatted(activations / 1_000_000));
  }
}
