package io.retromae.embed.report;

import io.retromae.embed.report.EvaluationReport.TaskResult;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Which of a kind's many metrics a table shows; the others are listed by task. */
final class KeyMetrics {
  private KeyMetrics() {}

  /** Main metrics of these tasks, then the usual ones of their kind that somebody has. */
  static List<String> of(List<TaskResult> tasks) {
    Set<String> names = new LinkedHashSet<>();
    tasks.forEach(task -> names.add(task.mainMetric()));
    Set<String> there = all(tasks);
    usual(tasks.get(0).kind()).filter(there::contains).forEach(names::add);
    return List.copyOf(names);
  }

  /** All metrics of these tasks. */
  static Set<String> all(List<TaskResult> tasks) {
    Set<String> names = new LinkedHashSet<>();
    tasks.forEach(task -> task.scores().forEach(score -> names.addAll(score.metrics().keySet())));
    return names;
  }

  private static Stream<String> usual(String kind) {
    return switch (kind) {
      case "retrieval" ->
          Stream.of("ndcg_at_10", "mrr_at_10", "map_at_1000", "recall_at_10", "recall_at_100");
      case "reranking" -> Stream.of("map", "map_at_1000", "mrr_at_10", "ndcg_at_10");
      case "sts" -> Stream.of("cosine_spearman", "cosine_pearson", "euclidean_spearman");
      case "pair_classification" -> Stream.of("max_ap", "max_accuracy", "max_f1", "cosine_ap");
      case "classification" -> Stream.of("accuracy", "f1", "f1_weighted", "ap");
      case "clustering" -> Stream.of("v_measure");
      default -> Stream.empty();
    };
  }
}
