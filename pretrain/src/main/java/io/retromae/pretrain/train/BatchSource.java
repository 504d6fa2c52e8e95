package io.retromae.pretrain.train;

import io.retromae.pretrain.model.BatchArrays;
import java.io.IOException;

/** Gives a run's micro-batches to the training loop. */
public interface BatchSource extends AutoCloseable {
  /**
   * A micro-batch. The loop asks in order: by step, logical shard, micro-batch.
   *
   * @param step steps done before, over the whole run
   * @param microBatch of the logical shard in that step, from 0
   */
  BatchArrays next(int logicalShard, long step, int microBatch) throws IOException;

  @Override
  void close() throws IOException;
}
