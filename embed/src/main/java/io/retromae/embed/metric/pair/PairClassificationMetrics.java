package io.retromae.embed.metric.pair;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.metric.AveragePrecision;
import io.retromae.embed.metric.ScoreOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics of pair classification from one array of scores. Accuracy and F1 are those of the best
 * cut, each its own. Cuts lie between different scores and never after the last row: so in mteb,
 * where scores that are all equal therefore give 0.
 *
 * @param accuracy at the cut with the best accuracy
 * @param f1 at the cut with the best F1, the highest such cut
 * @param precision at that cut
 * @param recall at that cut
 * @param ap average precision, no cut
 */
public record PairClassificationMetrics(
    double accuracy, double f1, double precision, double recall, double ap) {

  /**
   * Of given scores.
   *
   * @param scores higher means more alike, shape [N]
   * @param labels whether the pair is one, shape [N]
   * @throws CorruptDataException for a score that is NaN
   */
  public static PairClassificationMetrics of(double[] scores, boolean[] labels) {
    if (scores.length != labels.length) {
      throw new IllegalArgumentException(
          "%d scores for %d labels".formatted(scores.length, labels.length));
    }
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new CorruptDataException(
            "pair %d: the score is NaN; scores must be numbers".formatted(i + 1));
      }
    }
    return of(ScoreOrder.descending(scores), labels, null);
  }

  /**
   * Of rows in order, each taken {@code counts} times.
   *
   * @param counts shape [N], or null for once each
   */
  public static PairClassificationMetrics of(ScoreOrder order, boolean[] labels, int[] counts) {
    long rows = 0;
    long positives = 0;
    for (int place = 0; place < order.size(); place++) {
      int times = times(counts, order.row(place));
      rows += times;
      positives += labels[order.row(place)] ? times : 0;
    }
    double accuracy = 0;
    double f1 = 0;
    double precision = 0;
    double recall = 0;
    long taken = 0;
    long found = 0;
    for (int place = 0; taken < rows; place++) {
      int times = times(counts, order.row(place));
      taken += times;
      found += labels[order.row(place)] ? times : 0;
      if (!order.endsRun(place) || taken == 0 || taken == rows) {
        continue;
      }
      long rightlyLeft = rows - taken - (positives - found);
      accuracy = Math.max(accuracy, (double) (found + rightlyLeft) / rows);
      if (found > 0) {
        double p = (double) found / taken;
        double r = (double) found / positives;
        if (2 * p * r / (p + r) > f1) {
          f1 = 2 * p * r / (p + r);
          precision = p;
          recall = r;
        }
      }
    }
    return new PairClassificationMetrics(
        accuracy, f1, precision, recall, AveragePrecision.of(labels, order, counts));
  }

  /**
   * All measures of similarity: {@code cosine_ap} and so on, and {@code max_accuracy} (the main
   * metric of mteb's C-MTEB tasks), {@code max_f1}, {@code max_ap} (C-Pack's).
   *
   * @param a vectors of the first texts, shape [N, D]
   * @param b vectors of the second texts, shape [N, D]
   */
  public static Map<String, Double> of(float[][] a, float[][] b, boolean[] labels) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (Similarity similarity : Similarity.values()) {
      PairClassificationMetrics scores = of(similarity.ofPairs(a, b), labels);
      String name = similarity.label();
      metrics.put(name + "_accuracy", scores.accuracy());
      metrics.put(name + "_f1", scores.f1());
      metrics.put(name + "_precision", scores.precision());
      metrics.put(name + "_recall", scores.recall());
      metrics.put(name + "_ap", scores.ap());
      metrics.merge("max_accuracy", scores.accuracy(), Math::max);
      metrics.merge("max_f1", scores.f1(), Math::max);
      metrics.merge("max_ap", scores.ap(), Math::max);
    }
    return metrics;
  }

  private static int times(int[] counts, int row) {
    return counts == null ? 1 : counts[row];
  }
}
