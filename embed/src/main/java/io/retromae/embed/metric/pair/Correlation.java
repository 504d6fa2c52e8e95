package io.retromae.embed.metric.pair;

import io.retromae.embed.metric.ScoreOrder;

/**
 * Pearson's correlation, and Spearman's, which is Pearson's of ranks with mean ranks for ties. NaN,
 * that is undefined, if one side is constant, has a NaN, or has fewer than two rows.
 */
public final class Correlation {
  private Correlation() {}

  /** Pearson's correlation of two samples, shape [N] each. */
  public static double pearson(double[] x, double[] y) {
    return pearson(x, y, null);
  }

  /** Spearman's correlation of two samples, shape [N] each. */
  public static double spearman(double[] x, double[] y) {
    return Ranked.of(x, y).spearman(null);
  }

  /**
   * Two samples sorted once, for a correlation of many draws of their rows.
   *
   * @param x shape [N]
   * @param y shape [N]
   */
  public record Ranked(double[] x, ScoreOrder byX, double[] y, ScoreOrder byY) {
    /** Sorts both samples. */
    public static Ranked of(double[] x, double[] y) {
      return new Ranked(x, ScoreOrder.descending(x), y, ScoreOrder.descending(y));
    }

    /**
     * Spearman's correlation of the rows, each taken {@code counts} times.
     *
     * @param counts shape [N], or null for once each
     */
    public double spearman(int[] counts) {
      if (hasNaN(x) || hasNaN(y)) {
        return Double.NaN;
      }
      return Correlation.pearson(ranks(byX, counts), ranks(byY, counts), counts);
    }

    /** Pearson's correlation of the rows, each taken {@code counts} times. */
    public double pearson(int[] counts) {
      return Correlation.pearson(x, y, counts);
    }
  }

  private static boolean hasNaN(double[] values) {
    for (double value : values) {
      if (Double.isNaN(value)) {
        return true;
      }
    }
    return false;
  }

  /** Ranks from the highest, equal values the mean of theirs; rows not drawn get one as well. */
  private static double[] ranks(ScoreOrder order, int[] counts) {
    double[] ranks = new double[order.size()];
    long before = 0;
    long run = 0;
    int start = 0;
    for (int place = 0; place < order.size(); place++) {
      run += counts == null ? 1 : counts[order.row(place)];
      if (order.endsRun(place)) {
        double rank = before + (run + 1) / 2.0;
        for (int i = start; i <= place; i++) {
          ranks[order.row(i)] = -rank; // so that the highest value has the highest
        }
        before += run;
        run = 0;
        start = place + 1;
      }
    }
    return ranks;
  }

  private static double pearson(double[] x, double[] y, int[] counts) {
    if (x.length != y.length) {
      throw new IllegalArgumentException("%d values against %d".formatted(x.length, y.length));
    }
    if (isConstant(x, counts) || isConstant(y, counts)) {
      return Double.NaN;
    }
    double meanX = mean(x, counts);
    double meanY = mean(y, counts);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      double times = counts == null ? 1 : counts[i];
      double dx = x[i] - meanX;
      double dy = y[i] - meanY;
      xx += times * dx * dx;
      yy += times * dy * dy;
      xy += times * dx * dy;
    }
    double correlation = xy / Math.sqrt(xx) / Math.sqrt(yy);
    return Math.max(-1, Math.min(1, correlation)); // NaN stays NaN
  }

  /** Whether the rows drawn have one value only, or there are none. */
  private static boolean isConstant(double[] values, int[] counts) {
    int first = -1;
    for (int i = 0; i < values.length; i++) {
      if (counts == null || counts[i] > 0) {
        if (first >= 0 && values[i] != values[first]) {
          return false;
        }
        first = first < 0 ? i : first;
      }
    }
    return true;
  }

  private static double mean(double[] values, int[] counts) {
    double sum = 0;
    double rows = 0;
    for (int i = 0; i < values.length; i++) {
      double times = counts == null ? 1 : counts[i];
      sum += times * values[i];
      rows += times;
    }
    return sum / rows;
  }
}
