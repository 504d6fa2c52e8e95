package io.retromae.finetune.data;

import io.retromae.core.hash.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An epoch's batches as lists of all reads: what {@link BatchPlan} must give without them. */
final class ListedPlan {
  private static final long LINE_ORDER = 32;
  private static final long BATCH_ORDER = 33;
  private static final long EXTRA_READS = 34;

  private ListedPlan() {}

  static List<List<LineRef>> of(List<DataSet> sets, BatchPlan.Rules rules, int epoch) {
    List<List<LineRef>> batches = new ArrayList<>();
    if (rules.mode() == BatchPlan.Mode.MIXED) {
      List<LineRef> all = new ArrayList<>();
      for (int set = 0; set < sets.size(); set++) {
        all.addAll(reads(sets, rules.seed(), epoch, set));
      }
      cut(all, rules, new CounterRandom(rules.seed(), LINE_ORDER, epoch, -1), batches);
      return batches;
    }
    for (int set = 0; set < sets.size(); set++) {
      List<LineRef> reads = reads(sets, rules.seed(), epoch, set);
      cut(reads, rules, new CounterRandom(rules.seed(), LINE_ORDER, epoch, set), batches);
    }
    int[] order =
        new CounterRandom(rules.seed(), BATCH_ORDER, epoch, 0).permutation(batches.size());
    return Arrays.stream(order).mapToObj(batches::get).toList();
  }

  private static void cut(
      List<LineRef> reads,
      BatchPlan.Rules rules,
      CounterRandom random,
      List<List<LineRef>> batches) {
    int[] order = random.permutation(reads.size());
    int size = rules.globalBatchSize();
    for (int end = size; end <= order.length; end += size) {
      batches.add(Arrays.stream(order, end - size, end).mapToObj(reads::get).toList());
    }
  }

  private static List<LineRef> reads(List<DataSet> sets, long seed, int epoch, int set) {
    int lines = sets.get(set).lines().size();
    int times = (int) Math.floor(sets.get(set).weight());
    List<LineRef> reads = new ArrayList<>();
    for (int repeat = 0; repeat < times; repeat++) {
      for (int line = 0; line < lines; line++) {
        reads.add(new LineRef(set, line, repeat));
      }
    }
    CounterRandom random = new CounterRandom(seed, EXTRA_READS, epoch, set);
    double fraction = sets.get(set).weight() - times;
    int more = (int) Math.floor(fraction * lines + random.nextDouble());
    int[] order = random.permutation(lines);
    for (int i = 0; i < Math.min(more, lines) && fraction > 0; i++) {
      reads.add(new LineRef(set, order[i], times));
    }
    return reads;
  }
}
