package io.retromae.embed.metric.cluster;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How well clusters agree with labels (Rosenberg, Hirschberg, EMNLP 2007), as scikit-learn: natural
 * logarithms; a side without entropy is perfectly met; no rows are a perfect match.
 *
 * @param homogeneity mutual information / entropy of labels: clusters hold one label each
 * @param completeness mutual information / entropy of clusters: labels lie in one cluster each
 * @param vMeasure their harmonic mean
 */
public record VMeasure(double homogeneity, double completeness, double vMeasure) {

  /**
   * Compares an assignment with labels.
   *
   * @param labels any numbers, shape [N]
   * @param clusters any numbers, shape [N]
   */
  public static VMeasure of(int[] labels, int[] clusters) {
    if (labels.length != clusters.length) {
      throw new IllegalArgumentException(
          "%d labels for %d assignments".formatted(labels.length, clusters.length));
    }
    if (labels.length == 0) {
      return new VMeasure(1, 1, 1);
    }
    double ofLabels = entropy(labels);
    double ofClusters = entropy(clusters);
    double information = mutualInformation(labels, clusters);
    double homogeneity = ofLabels == 0 ? 1 : information / ofLabels;
    double completeness = ofClusters == 0 ? 1 : information / ofClusters;
    double sum = homogeneity + completeness;
    return new VMeasure(
        homogeneity, completeness, sum == 0 ? 0 : 2 * homogeneity * completeness / sum);
  }

  private static Map<Integer, Long> counts(int[] values) {
    return Arrays.stream(values)
        .boxed()
        .collect(Collectors.groupingBy(value -> value, Collectors.counting()));
  }

  private static double entropy(int[] values) {
    Map<Integer, Long> counts = counts(values);
    if (counts.size() == 1) {
      return 0;
    }
    double entropy = 0;
    for (long count : counts.values()) {
      double share = (double) count / values.length;
      entropy -= share * Math.log(share);
    }
    return entropy;
  }

  private static double mutualInformation(int[] labels, int[] clusters) {
    Map<Integer, Long> ofLabels = counts(labels);
    Map<Integer, Long> ofClusters = counts(clusters);
    if (ofLabels.size() == 1 || ofClusters.size() == 1) {
      return 0;
    }
    Map<Cell, Long> cells = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      cells.merge(new Cell(labels[i], clusters[i]), 1L, Long::sum);
    }
    double rows = labels.length;
    double sum = 0;
    for (Map.Entry<Cell, Long> cell : cells.entrySet()) {
      double expected =
          ofLabels.get(cell.getKey().label()) / rows * ofClusters.get(cell.getKey().cluster());
      sum += cell.getValue() / rows * Math.log(cell.getValue() / expected);
    }
    return sum < Math.ulp(1.0) ? 0 : sum; // independent: 0, whatever rounding leaves
  }

  private record Cell(int label, int cluster) {}
}
