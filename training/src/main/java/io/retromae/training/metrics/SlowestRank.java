package io.retromae.training.metrics;

import io.retromae.training.loop.StepReport.RankTimes;
import java.util.Arrays;
import java.util.List;

/**
 * The rank that the others wait for.
 *
 * @param rank with the most time in data and compute; the lowest of equal ones
 * @param percentSlower how much more that is than the median over all ranks
 */
record SlowestRank(int rank, double percentSlower) {

  /** Of the ranks of one step, or of sums over steps. */
  static SlowestRank of(List<RankTimes> times) {
    double[] busy = times.stream().mapToDouble(RankTimes::busyMs).toArray();
    int slowest = 0;
    for (int rank = 1; rank < busy.length; rank++) {
      slowest = busy[rank] > busy[slowest] ? rank : slowest;
    }
    double most = busy.length == 0 ? 0 : busy[slowest];
    double median = median(busy);
    return new SlowestRank(slowest, median > 0 ? 100 * (most / median - 1) : 0);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n == 0 ? 0 : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
