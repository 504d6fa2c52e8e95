package io.retromae.embed.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Averages as MTEB and C-MTEB make them: a mean for each kind of task, and one over all data sets,
 * not over the kinds.
 *
 * @param kinds the mean of each kind, kinds in the order in which they first came
 * @param dataSets how many data sets each kind has
 * @param overall the mean over data sets; NaN if there are none, or one is undefined
 */
public record Averages(Map<String, Double> kinds, Map<String, Integer> dataSets, double overall) {

  /**
   * The main metric on one data set.
   *
   * @param kind of the task
   * @param value NaN is undefined
   */
  public record Score(String kind, double value) {}

  /** Averages scores of data sets. */
  public static Averages of(List<Score> scores) {
    Map<String, List<Double>> byKind = new LinkedHashMap<>();
    for (Score score : scores) {
      byKind.computeIfAbsent(score.kind(), kind -> new ArrayList<>()).add(score.value());
    }
    Map<String, Double> kinds = new LinkedHashMap<>();
    Map<String, Integer> dataSets = new LinkedHashMap<>();
    byKind.forEach(
        (kind, values) -> {
          kinds.put(kind, Means.of(values.stream().mapToDouble(Double::doubleValue).toArray()));
          dataSets.put(kind, values.size());
        });
    double overall = Means.of(scores.stream().mapToDouble(Score::value).toArray());
    return new Averages(kinds, dataSets, overall);
  }
}
