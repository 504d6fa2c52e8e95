package io.retromae.pretrain.batch;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Streams one logical shard of one epoch, holding the row groups of one window. Starting anywhere
 * costs one window.
 */
final class LogicalShardReader {
  private final SamplePlan plan;
  private final int logicalShard;
  private final RowGroupSource source;
  private final Map<Integer, int[][]> loaded = new HashMap<>();
  private SamplePlan.SampleRef[] order = new SamplePlan.SampleRef[0];
  private int window = -1;
  private int next;

  LogicalShardReader(SamplePlan plan, int logicalShard, RowGroupSource source) {
    this.plan = plan;
    this.logicalShard = logicalShard;
    this.source = source;
  }

  /** Goes to a position, counted in samples of this logical shard. */
  void seek(long position) throws IOException {
    long left = position;
    int target = 0;
    while (target < plan.windows(logicalShard)
        && left >= plan.windowSamples(logicalShard, target)) {
      left -= plan.windowSamples(logicalShard, target);
      target++;
    }
    load(target);
    next = (int) left;
  }

  /** The next row; the plan's number of steps never asks for more than there are. */
  SampleRow read() throws IOException {
    while (next == order.length) {
      load(window + 1);
    }
    SamplePlan.SampleRef ref = order[next++];
    return new SampleRow(ref.sample(), ref.repeat(), loaded.get(ref.rowGroup())[ref.row()]);
  }

  private void load(int number) throws IOException {
    window = number;
    next = 0;
    loaded.clear();
    order = plan.order(logicalShard, number);
    for (int rowGroup : plan.rowGroups(logicalShard, number)) {
      loaded.put(rowGroup, source.read(rowGroup));
    }
  }
}
