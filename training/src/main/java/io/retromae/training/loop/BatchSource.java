package io.retromae.training.loop;

import java.io.IOException;

/**
 * Gives a run's micro-batches to the training loop.
 *
 * @param <S> a micro-batch
 */
public interface BatchSource<S> extends AutoCloseable {
  /**
   * A micro-batch. The loop asks in order: by step, logical shard, micro-batch.
   *
   * @param step steps done before, over the whole run
   * @param microBatch of the logical shard in that step, from 0
   */
  S next(int logicalShard, long step, int microBatch) throws IOException;

  @Override
  void close() throws IOException;
}
