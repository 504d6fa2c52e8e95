package io.retromae.training.estimate;

import io.retromae.training.bert.BertShape;
import io.retromae.training.settings.ClusterSettings;
import java.util.List;

/**
 * Memory that one worker needs at its peak, in bytes: rows as long as the settings allow, on rank
 * 0, which holds the most. The terms are those of docs/training.md, "Memory"; how near they come is
 * measured in docs/configuration.md, "Estimates".
 *
 * @param heap of the JVM: batches built ahead, what is being read, a probe's texts and vectors
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

  /** Values of width D a token that the largest steps of the backward pass hold beside the tape. */
  private static final int BACKWARD_WIDTHS = 20;

  /**
   * Puts the parts together.
   *
   * @param heap of batches and data, beside what Spark needs
   * @param parameters values of the flat vector of parameters
   * @param shards logical shards of a worker
   * @param cluster whose workers share the moments with ZeRO
   * @param activations see the class comment
   */
  public static WorkerMemory of(
      long heap, long parameters, int shards, ClusterSettings cluster, long activations) {
    boolean sharded = cluster.zeroStage() > 0;
    long moments = 2 * FLOAT * parameters / (sharded ? cluster.workers() : 1);
    long vectors = FLOAT * parameters * gradientVectors(shards);
    return new WorkerMemory(
        HEAP + heap,
        RUNTIME,
        FLOAT * parameters + moments + vectors,
        FLOAT * parameters + moments,
        activations);
  }

  /** Vectors that hold gradients of n logical shards while they are summed as a tree. */
  private static long gradientVectors(int shards) {
    return shards == 1 ? 2 : (63 - Long.numberOfLeadingZeros(shards)) + 2;
  }

  /** Bytes a token that one layer keeps for the backward pass. */
  public static long tape(BertShape shape) {
    return (long) FLOAT * (7 * shape.hiddenSize() + shape.intermediateSize());
  }

  /** Bytes a token of the backward pass's own largest pieces. */
  public static long backward(BertShape shape) {
    return (long) FLOAT * BACKWARD_WIDTHS * shape.hiddenSize();
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
