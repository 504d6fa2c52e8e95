package io.retromae.embed.metric.pair;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics of semantic similarity: {@code cosine_spearman} (the main one), {@code cosine_pearson},
 * and both of negative Manhattan and Euclidean distances and inner products, named alike.
 */
public final class StsMetrics {
  /** The metric that tables show. */
  public static final String MAIN = "cosine_spearman";

  private StsMetrics() {}

  /**
   * Correlates similarities of vectors with gold scores.
   *
   * @param a vectors of the first texts, shape [N, D]
   * @param b vectors of the second texts, shape [N, D]
   * @param gold what people said, shape [N]
   * @return metric -> value, NaN where undefined
   */
  public static Map<String, Double> of(float[][] a, float[][] b, double[] gold) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (Similarity similarity : Similarity.values()) {
      double[] scores = similarity.ofPairs(a, b);
      metrics.put(similarity.label() + "_spearman", Correlation.spearman(gold, scores));
      metrics.put(similarity.label() + "_pearson", Correlation.pearson(gold, scores));
    }
    return metrics;
  }
}
