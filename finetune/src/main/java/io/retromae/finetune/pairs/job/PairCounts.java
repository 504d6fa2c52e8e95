package io.retromae.finetune.pairs.job;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of documents and pairs. Every document and every pair is counted once.
 *
 * @param documents by source, then by what became of them
 * @param pairs by data set, then by what became of them
 */
public record PairCounts(
    Map<String, Map<String, Long>> documents, Map<String, Map<String, Long>> pairs)
    implements Serializable {
  /** Of documents: at least one pair was made. */
  static final String WITH_PAIRS = "with_pairs";

  /** Of documents: none of the rule's kinds was found in it. */
  static final String WITHOUT_PAIRS = "without_pairs";

  /** Of documents: left out by its id. */
  static final String HELD_OUT = "held_out";

  /** Of documents: its source has no rule. */
  static final String NO_RULE = "no_rule";

  /** Of pairs: another has the same letters and digits. */
  static final String DUPLICATE = "duplicate";

  /** Of pairs: its query has as many others as a query may have in a data set. */
  static final String FREQUENT_QUERY = "frequent_query";

  /** Of pairs: the third model finds its sides unlike. */
  static final String UNLIKE = "unlike";

  /** Of pairs: it is in the result. */
  static final String WRITTEN = "written";

  /** Nothing yet. */
  static PairCounts none() {
    return new PairCounts(new TreeMap<>(), new TreeMap<>());
  }

  void document(String source, String what) {
    count(documents, source, what, 1);
  }

  void pair(String set, String what) {
    count(pairs, set, what, 1);
  }

  private static void count(
      Map<String, Map<String, Long>> counts, String of, String what, long count) {
    counts.computeIfAbsent(of, name -> new TreeMap<>()).merge(what, count, Long::sum);
  }

  /** Adds what a unit counted. */
  void add(PairCounts other) {
    other.documents.forEach((of, c) -> c.forEach((what, n) -> count(documents, of, what, n)));
    other.pairs.forEach((of, c) -> c.forEach((what, n) -> count(pairs, of, what, n)));
  }

  /** Documents that something became of. */
  long documentsOf(String what) {
    return sum(documents, what);
  }

  /** Pairs that something became of. */
  long pairsOf(String what) {
    return sum(pairs, what);
  }

  private static long sum(Map<String, Map<String, Long>> counts, String what) {
    return counts.values().stream().mapToLong(c -> c.getOrDefault(what, 0L)).sum();
  }

  /** All documents. */
  long allDocuments() {
    return all(documents);
  }

  /** All pairs. */
  long allPairs() {
    return all(pairs);
  }

  private static long all(Map<String, Map<String, Long>> counts) {
    return counts.values().stream()
        .flatMap(c -> c.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Sums over all names, by what became of them. */
  static Map<String, Long> sums(Map<String, Map<String, Long>> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.values().forEach(c -> c.forEach((what, n) -> sums.merge(what, n, Long::sum)));
    return sums;
  }
}
