package io.retromae.embed.metric.rank;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Judgements, TREC's "qrels": query -> document -> grade. A document is relevant from grade 1; a
 * lower grade is the same as no judgement.
 */
public record Qrels(Map<String, Map<String, Integer>> grades) {
  /** The judgements of the queries that have a relevant document, as mteb's tasks keep them. */
  public Qrels withRelevant() {
    Map<String, Map<String, Integer>> kept = new LinkedHashMap<>();
    grades.forEach(
        (query, documents) -> {
          if (documents.values().stream().anyMatch(Qrels::isRelevant)) {
            kept.put(query, documents);
          }
        });
    return new Qrels(kept);
  }

  /** The number of queries. */
  public int size() {
    return grades.size();
  }

  static boolean isRelevant(int grade) {
    return grade >= 1;
  }
}
