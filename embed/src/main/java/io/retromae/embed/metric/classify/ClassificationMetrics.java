package io.retromae.embed.metric.classify;

import io.retromae.embed.metric.Means;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The classification task of mteb: {@code accuracy} (the main metric), {@code f1}, {@code
 * f1_weighted} and so on, {@code ap} if there are two labels; means over the experiments.
 *
 * @param means metric -> mean
 * @param experiments each experiment with its rows, predictions and scores
 * @param rowAccuracy the share of experiments that were right, for each test row: its mean is the
 *     accuracy, and two competitors can be compared by it row by row
 */
public record ClassificationMetrics(
    Map<String, Double> means, List<Experiment> experiments, double[] rowAccuracy) {

  /** mteb's number of experiments. */
  public static final int EXPERIMENTS = 10;

  /** mteb's number of training rows of a label. */
  public static final int SAMPLES_PER_LABEL = 8;

  /** mteb's seed. */
  public static final int SEED = 42;

  /**
   * One draw of training rows.
   *
   * @param chosen training rows
   * @param predicted labels of the test rows
   * @param scores metric -> value
   */
  public record Experiment(int[] chosen, int[] predicted, Map<String, Double> scores) {}

  /**
   * Vectors with labels.
   *
   * @param vectors shape [N, D]
   * @param labels any numbers, shape [N]
   */
  public record Labelled(float[][] vectors, int[] labels) {
    /** Checks that each vector has a label. */
    public Labelled {
      if (vectors.length != labels.length) {
        throw new IllegalArgumentException(
            "%d vectors for %d labels".formatted(vectors.length, labels.length));
      }
    }
  }

  /** The task with mteb's numbers. */
  public static ClassificationMetrics of(Labelled train, Labelled test) {
    return of(train, test, SAMPLES_PER_LABEL, EXPERIMENTS, SEED);
  }

  /**
   * The task.
   *
   * @throws IllegalArgumentException with fewer than two labels to train on, or nothing to test
   */
  public static ClassificationMetrics of(
      Labelled train, Labelled test, int samplesPerLabel, int experiments, int seed) {
    if (test.labels().length == 0) {
      throw new IllegalArgumentException("no test rows");
    }
    int[] known = Arrays.stream(train.labels()).distinct().sorted().toArray();
    boolean binary = known.length == 2 && isSubset(test.labels(), known);
    List<Experiment> done = new ArrayList<>();
    double[] right = new double[test.labels().length];
    for (int[] chosen : TrainingRows.draw(train.labels(), samplesPerLabel, experiments, seed)) {
      int[] predicted = predict(train, chosen, known, test.vectors());
      for (int i = 0; i < right.length; i++) {
        right[i] += predicted[i] == test.labels()[i] ? 1.0 / experiments : 0;
      }
      Map<String, Double> scores =
          ClassificationScores.of(test.labels(), predicted, binary ? known[1] : -1);
      done.add(new Experiment(chosen, predicted, scores));
    }
    return new ClassificationMetrics(means(done), List.copyOf(done), right);
  }

  private static int[] predict(Labelled train, int[] chosen, int[] known, float[][] test) {
    float[][] rows =
        Arrays.stream(chosen).mapToObj(i -> train.vectors()[i]).toArray(float[][]::new);
    int[] classes =
        Arrays.stream(chosen).map(i -> Arrays.binarySearch(known, train.labels()[i])).toArray();
    LogisticRegression model = LogisticRegression.fit(rows, classes, known.length);
    return Arrays.stream(model.predict(test)).map(k -> known[k]).toArray();
  }

  private static boolean isSubset(int[] labels, int[] known) {
    return Arrays.stream(labels).allMatch(label -> Arrays.binarySearch(known, label) >= 0);
  }

  private static Map<String, Double> means(List<Experiment> experiments) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (String metric : experiments.get(0).scores().keySet()) {
      double[] values =
          IntStream.range(0, experiments.size())
              .mapToDouble(i -> experiments.get(i).scores().get(metric))
              .toArray();
      means.put(metric, Means.of(values));
    }
    return means;
  }
}
