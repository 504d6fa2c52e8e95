package io.retromae.pretrain.train;

import io.retromae.pretrain.model.BatchArrays;
import java.io.IOException;

/** Gives the micro-batches of this rank's logical shards, in the order of training. */
public interface MicroBatchSource extends AutoCloseable {
  /**
   * A micro-batch; asked for in ascending order of step, and of micro-batch within a step.
   *
   * @param logicalShard one of this rank's
   * @param step steps done before, over the whole run
   * @param microBatch 0 .. gradient_accumulation_steps - 1
   */
  BatchArrays next(int logicalShard, long step, int microBatch) throws IOException;

  @Override
  void close() throws IOException;
}
