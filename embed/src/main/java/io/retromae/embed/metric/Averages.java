package io.retromae.embed.metric;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Averages as MTEB and C-MTEB make them: a mean for each kind of task, and one over all data sets,
 * not over the kinds.
 *
 * @param kinds the mean of each kind that has data sets
 * @param dataSets how many data sets each kind has
 * @param overall the mean over data sets; NaN if there are none, or one is undefined
 */
public record Averages(
    Map<TaskKind, Double> kinds, Map<TaskKind, Integer> dataSets, double overall) {

  /** The main metric on one data set. */
  public record Score(TaskKind kind, double value) {}

  /** Averages scores of data sets. */
  public static Averages of(List<Score> scores) {
    Map<TaskKind, Double> kinds = new EnumMap<>(TaskKind.class);
    Map<TaskKind, Integer> dataSets = new EnumMap<>(TaskKind.class);
    for (TaskKind kind : TaskKind.values()) {
      double[] ofKind =
          scores.stream().filter(s -> s.kind() == kind).mapToDouble(Score::value).toArray();
      if (ofKind.length > 0) {
        kinds.put(kind, Means.of(ofKind));
        dataSets.put(kind, ofKind.length);
      }
    }
    double overall = Means.of(scores.stream().mapToDouble(Score::value).toArray());
    return new Averages(kinds, dataSets, overall);
  }
}
