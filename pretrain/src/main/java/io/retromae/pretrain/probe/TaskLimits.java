package io.retromae.pretrain.probe;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.embed.task.Judgments;
import io.retromae.pretrain.config.ProbeSettings;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Which queries and documents of a large task are tried: those whose ids have the smallest hashes,
 * and every document that is relevant to such a query. So everybody who reads the files draws
 * alike.
 */
final class TaskLimits {
  private static final Comparator<Drawn> LARGEST_FIRST =
      Comparator.comparing(Drawn::hash).reversed();

  private final Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
  private final Set<String> relevant = new HashSet<>();
  private final PriorityQueue<Drawn> others = new PriorityQueue<>(LARGEST_FIRST);
  private final int mostOthers;

  private record Drawn(String hash, String id) {
    static Drawn of(String id) {
      return new Drawn(Sha256.of(id), id);
    }
  }

  /**
   * Draws the queries.
   *
   * @throws ConfigException if their relevant documents alone are too many
   */
  TaskLimits(String name, Judgments.Retrieval judgments, ProbeSettings settings) {
    List<String> queries = judgments.queries();
    Set<String> kept = new HashSet<>(queries);
    if (queries.size() > settings.maxQueries()) {
      kept.clear();
      queries.stream()
          .map(Drawn::of)
          .sorted(LARGEST_FIRST.reversed())
          .limit(settings.maxQueries())
          .forEach(drawn -> kept.add(drawn.id()));
    }
    for (String query : queries) {
      if (kept.contains(query)) {
        Map<String, Integer> judged = judgments.grades().get(query);
        grades.put(query, judged);
        judged.forEach((document, grade) -> addRelevant(document, grade));
      }
    }
    if (relevant.size() > settings.maxDocuments()) {
      throw new ConfigException(
          "evaluation.probe.max_documents = %d: the %,d queries of '%s' have %,d relevant documents; raise it, or lower evaluation.probe.max_queries"
              .formatted(settings.maxDocuments(), grades.size(), name, relevant.size()));
    }
    this.mostOthers = settings.maxDocuments() - relevant.size();
  }

  private void addRelevant(String document, int grade) {
    if (grade >= 1) {
      relevant.add(document);
    }
  }

  /** Judgments of the queries that are tried, in their order. */
  Map<String, Map<String, Integer>> grades() {
    return grades;
  }

  /** Takes notice of a document. */
  void offer(String document) {
    if (mostOthers > 0 && !relevant.contains(document)) {
      others.add(Drawn.of(document));
      if (others.size() > mostOthers) {
        others.poll();
      }
    }
  }

  /** The documents that are tried, of those offered. */
  Set<String> documents() {
    Set<String> documents = new HashSet<>(relevant);
    others.forEach(drawn -> documents.add(drawn.id()));
    return documents;
  }
}
