package io.retromae.training.collective;

import io.retromae.training.memory.VectorMemory;

/**
 * What all ranks do together. Every rank calls the same operations in the same order, from one
 * thread; {@link #abort} may come from any other.
 *
 * <p>Operations throw {@link io.retromae.core.failure.ClusterException} when a rank is lost, silent
 * for too long or sends something else than expected; all ranks then learn the first cause.
 */
public interface Collective extends AutoCloseable {
  /** This rank, from 0. */
  int rank();

  /** Number of ranks, W. */
  int worldSize();

  /** Whether vectors stay on the GPU: operations then take them where they lie. */
  boolean onDevice();

  /**
   * Replaces each rank's vector by the sum over all, added in the order of a fixed binary tree: ((0
   * + 1) + (2 + 3)) + ... All ranks end with equal bits. Where values are rounded on their way
   * ({@link CollectiveOptions.WireType#BFLOAT16}), sums are kept in float32 and rounded at the end.
   *
   * @param values of the same size on every rank
   */
  void allReduceSum(VectorMemory values);

  /**
   * The first half of {@link #allReduceSum}: afterwards this rank's {@link #part} of the vector
   * holds the sum over all ranks, with the same bits, rounded or not; the rest of the vector holds
   * anything.
   */
  void reduceScatterSum(VectorMemory values);

  /** The second half: gives every rank every rank's {@link #part} of its vector, exactly. */
  void allGather(VectorMemory values);

  /** Gives every rank the vector of {@code root}, exactly. */
  void broadcast(VectorMemory values, int root);

  /**
   * The part of vectors of {@code size} values that a rank owns: whole blocks, see {@link Parts};
   * not always in the order of ranks.
   */
  Parts.Part part(long size, int rank);

  /**
   * Gives every rank every rank's message.
   *
   * @param message at most {@value #MAX_MESSAGE_BYTES} bytes
   * @return [W] messages by rank
   */
  byte[][] allGather(byte[] message);

  /** Returns when every rank has called it. */
  void barrier();

  /**
   * Milliseconds that operations have taken on this rank so far, and how much of it was spent
   * waiting for others to begin.
   */
  Times times();

  /**
   * Where the time of operations went.
   *
   * @param totalMs in operations
   * @param idleMs of it before the first byte of a peer came, added up over peers
   */
  record Times(double totalMs, double idleMs) {
    /** What has been added since an earlier look. */
    public Times since(Times earlier) {
      return new Times(totalMs - earlier.totalMs, idleMs - earlier.idleMs);
    }
  }

  /** Ends all ranks' operations, now and later, with this cause. */
  void abort(String cause);

  @Override
  void close();

  /** Largest message of {@link #allGather}. */
  int MAX_MESSAGE_BYTES = 1 << 20;
}
