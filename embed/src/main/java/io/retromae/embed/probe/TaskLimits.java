package io.retromae.embed.probe;

import io.retromae.core.failure.ConfigException;
import io.retromae.embed.task.Judgments;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which queries and documents of a large task are tried: those whose ids have the smallest hashes,
 * and every document that is relevant to such a query. So everybody who reads the files draws
 * alike.
 */
final class TaskLimits {
  private final Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
  private final Set<String> documents = new HashSet<>();

  /**
   * Draws them.
   *
   * @param drawn as many of all documents as may be tried: enough, whichever are relevant
   * @throws ConfigException if the relevant documents alone are too many
   */
  TaskLimits(
      String name, Judgments.Retrieval judgments, SmallestHashes drawn, ProbeSettings settings) {
    SmallestHashes queries = new SmallestHashes(settings.maxQueries());
    judgments.queries().forEach(queries::offer);
    Set<String> kept = new HashSet<>(queries.ids());
    for (String query : judgments.queries()) {
      if (kept.contains(query)) {
        Map<String, Integer> judged = judgments.grades().get(query);
        grades.put(query, judged);
        judged.forEach((document, grade) -> addRelevant(document, grade));
      }
    }
    int relevant = documents.size();
    if (relevant > settings.maxDocuments()) {
      throw new ConfigException(
          "evaluation.probe.max_documents = %d: the %,d queries of '%s' have %,d relevant documents; raise it, or lower evaluation.probe.max_queries"
              .formatted(settings.maxDocuments(), grades.size(), name, relevant));
    }
    List<String> others = drawn.ids().stream().filter(id -> !documents.contains(id)).toList();
    documents.addAll(
        others.subList(0, Math.min(others.size(), settings.maxDocuments() - relevant)));
  }

  private void addRelevant(String document, int grade) {
    if (grade >= 1) {
      documents.add(document);
    }
  }

  /** Judgments of the queries that are tried, in their order. */
  Map<String, Map<String, Integer>> grades() {
    return grades;
  }

  /** The documents that are tried. */
  Set<String> documents() {
    return documents;
  }
}
