package io.retromae.pretrain.collective;

import java.nio.ByteBuffer;

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

  /**
   * Replaces each rank's vector by the sum over all, added in the order of a fixed binary tree: ((0
   * + 1) + (2 + 3)) + ...
   *
   * @param values direct, native order, position 0 to limit: float32 values
   */
  void allReduceSum(ByteBuffer values);

  /**
   * Gives every rank every rank's message.
   *
   * @param message at most {@value #MAX_MESSAGE_BYTES} bytes
   * @return [W] messages by rank
   */
  byte[][] allGather(byte[] message);

  /** Returns when every rank has called it. */
  void barrier();

  /** Ends all ranks' operations, now and later, with this cause. */
  void abort(String cause);

  @Override
  void close();

  /** Largest message of {@link #allGather}. */
  int MAX_MESSAGE_BYTES = 1 << 20;
}
