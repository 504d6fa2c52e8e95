package io.retromae.embed.metric;

/**
 * Average precision as scikit-learn's {@code average_precision_score}: the sum over the distinct
 * scores, highest first, of (recall - recall before) times precision. Equal scores are one step.
 */
public final class AveragePrecision {
  private AveragePrecision() {}

  /**
   * Of rows in any order.
   *
   * @param relevant which rows are positive, shape [N]
   * @param scores higher means more likely positive, shape [N]; none NaN
   * @return 0 without positives, as scikit-learn
   */
  public static double of(boolean[] relevant, double[] scores) {
    return of(relevant, ScoreOrder.descending(scores), null);
  }

  /**
   * Of rows already in order, each taken {@code counts} times.
   *
   * @param order the rows, highest score first, with the ends of runs of equal scores
   * @param counts how often each row counts (a bootstrap's draw), or null for once each
   */
  public static double of(boolean[] relevant, ScoreOrder order, int[] counts) {
    long positives = 0;
    for (int i = 0; i < relevant.length; i++) {
      positives += relevant[i] ? count(counts, i) : 0;
    }
    if (positives == 0) {
      return 0;
    }
    double sum = 0;
    long taken = 0;
    long found = 0;
    long foundBefore = 0;
    for (int place = 0; place < order.size(); place++) {
      int row = order.row(place);
      int times = count(counts, row);
      taken += times;
      found += relevant[row] ? times : 0;
      if (order.endsRun(place) && found > foundBefore) {
        sum += (double) (found - foundBefore) / positives * ((double) found / taken);
        foundBefore = found;
      }
    }
    return sum;
  }

  private static int count(int[] counts, int row) {
    return counts == null ? 1 : counts[row];
  }
}
