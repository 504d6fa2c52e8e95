package io.retromae.finetune.mine;

import java.util.List;

/** How some cosines, or differences of two, are distributed; in little memory. For one thread. */
final class ScoreSums {
  private static final double STEP = 0.001;
  private static final int OF_ZERO = 2_000;

  private final long[] counts = new long[2 * OF_ZERO + 1];
  private long count;
  private double sum;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;

  /**
   * A distribution.
   *
   * @param count of values; all else is 0 if there is none
   * @param quantiles at {@link #SHARES}, to {@value #STEP}
   */
  record Distribution(long count, double mean, double min, List<Double> quantiles, double max) {
    /** Shares of values that are at most a quantile. */
    static final List<Double> SHARES = List.of(0.05, 0.25, 0.5, 0.75, 0.95);
  }

  void add(double value) {
    int bin = (int) Math.round(value / STEP) + OF_ZERO;
    counts[Math.max(0, Math.min(counts.length - 1, bin))]++;
    count++;
    sum += value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }

  Distribution distribution() {
    if (count == 0) {
      return new Distribution(0, 0, 0, Distribution.SHARES.stream().map(share -> 0.0).toList(), 0);
    }
    return new Distribution(
        count, sum / count, least, Distribution.SHARES.stream().map(this::quantile).toList(), most);
  }

  private double quantile(double share) {
    long below = 0;
    int bin = -1;
    while (below < share * count) {
      below += counts[++bin];
    }
    return Math.max(least, Math.min(most, (bin - OF_ZERO) * STEP));
  }
}
