package io.retromae.embed.metric.classify;

import io.retromae.embed.metric.AveragePrecision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores of predicted labels as scikit-learn's: F1, precision and recall are means over the labels
 * that occur or are predicted, a quotient 0 / 0 is 0; {@code _weighted} by how often labels occur.
 */
final class ClassificationScores {
  private ClassificationScores() {}

  /**
   * All scores of one experiment.
   *
   * @param truth shape [N], at least one
   * @param predicted shape [N]
   * @param positive the label whose average precision is reported, as binary tasks do; or -1
   */
  static Map<String, Double> of(int[] truth, int[] predicted, int positive) {
    int[] labels =
        IntStream.concat(Arrays.stream(truth), Arrays.stream(predicted)).distinct().toArray();
    Mean f1 = new Mean();
    Mean precision = new Mean();
    Mean recall = new Mean();
    int right = 0;
    for (int label : labels) {
      int occurs = count(truth, label);
      int guessed = count(predicted, label);
      int hit = 0;
      for (int i = 0; i < truth.length; i++) {
        hit += truth[i] == label && predicted[i] == label ? 1 : 0;
      }
      right += hit;
      f1.add(quotient(2.0 * hit, occurs + guessed), occurs);
      precision.add(quotient(hit, guessed), occurs);
      recall.add(quotient(hit, occurs), occurs);
    }
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("accuracy", (double) right / truth.length);
    f1.put(scores, "f1");
    precision.put(scores, "precision");
    recall.put(scores, "recall");
    if (positive >= 0) {
      scores.put("ap", averagePrecision(truth, predicted, positive));
    }
    return scores;
  }

  private static int count(int[] values, int label) {
    return (int) Arrays.stream(values).filter(value -> value == label).count();
  }

  private static double quotient(double part, int whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /** Of predictions, not of probabilities: so mteb. */
  private static double averagePrecision(int[] truth, int[] predicted, int positive) {
    boolean[] relevant = new boolean[truth.length];
    double[] scores = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      relevant[i] = truth[i] == positive;
      scores[i] = predicted[i] == positive ? 1 : 0;
    }
    return AveragePrecision.of(relevant, scores);
  }

  /** A mean over labels, plain and weighted. */
  private static final class Mean {
    private double sum;
    private int terms;
    private double weighted;
    private double weights;

    void add(double value, double weight) {
      sum += value;
      terms++;
      weighted += weight * value;
      weights += weight;
    }

    void put(Map<String, Double> scores, String name) {
      scores.put(name, sum / terms);
      scores.put(name + "_weighted", weighted / weights);
    }
  }
}
