package io.retromae.etl.decontaminate;

import java.util.Map;
import java.util.TreeMap;

/**
 * What was found of one task. A sentence of several tasks counts for each of them.
 *
 * @param documents that hold one of its n-grams that is no common phrase
 * @param dropped of these, dropped whole
 * @param sentences removed
 * @param ignored n-grams ignored as common phrases, once for each document
 */
public record TaskCounts(long documents, long dropped, long sentences, long ignored) {
  /** Nothing. */
  public static final TaskCounts NONE = new TaskCounts(0, 0, 0, 0);

  /** Both. */
  public TaskCounts plus(TaskCounts other) {
    return new TaskCounts(
        documents + other.documents,
        dropped + other.dropped,
        sentences + other.sentences,
        ignored + other.ignored);
  }

  /** Adds counts by task to a total. */
  public static void addTo(Map<String, TaskCounts> total, Map<String, TaskCounts> counts) {
    counts.forEach((task, added) -> total.merge(task, added, TaskCounts::plus));
  }

  /** Both, by task, sorted: for totals of units. */
  public static Map<String, TaskCounts> sum(
      Map<String, TaskCounts> one, Map<String, TaskCounts> other) {
    Map<String, TaskCounts> total = new TreeMap<>(one);
    addTo(total, other);
    return total;
  }
}
