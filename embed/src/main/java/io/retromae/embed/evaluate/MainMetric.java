package io.retromae.embed.evaluate;

import io.retromae.core.failure.ConfigException;
import io.retromae.embed.metric.pair.Similarity;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TaskKind;
import java.util.ArrayList;
import java.util.List;

/** The metric that stands for a task. */
final class MainMetric {
  private MainMetric() {}

  /**
   * Of a task: what its settings say, else what mteb takes.
   *
   * @throws ConfigException if its kind has no such metric
   */
  static String of(Task task, List<Integer> cutoffs) {
    List<String> known = known(task.kind(), cutoffs);
    String main = task.settings().mainMetric().orElseGet(() -> standard(task.kind(), known));
    if (!known.contains(main)) {
      throw new ConfigException(
          "task '%s': main_metric = %s: %s has %s"
              .formatted(task.name(), main, task.kind().label(), String.join(", ", known)));
    }
    return main;
  }

  private static String standard(TaskKind kind, List<String> known) {
    return switch (kind) {
      case RETRIEVAL -> known.contains("ndcg_at_10") ? "ndcg_at_10" : "ndcg";
      case RERANKING -> "map";
      case STS -> "cosine_spearman";
      case PAIR_CLASSIFICATION -> "max_ap";
      case CLASSIFICATION -> "accuracy";
      case CLUSTERING -> "v_measure";
    };
  }

  /** The metrics that a kind has whatever its data. */
  static List<String> known(TaskKind kind, List<Integer> cutoffs) {
    List<String> names = new ArrayList<>();
    switch (kind) {
      case RETRIEVAL -> {
        for (int k : cutoffs) {
          for (String of : List.of("ndcg", "map", "recall", "precision", "mrr", "hit_rate")) {
            names.add(of + "_at_" + k);
          }
        }
        names.addAll(List.of("ndcg", "map", "recip_rank"));
      }
      case RERANKING -> names.addAll(List.of("map", "map_at_1000", "mrr_at_10", "ndcg_at_10"));
      case STS -> {
        for (Similarity similarity : Similarity.values()) {
          names.add(similarity.label() + "_spearman");
          names.add(similarity.label() + "_pearson");
        }
      }
      case PAIR_CLASSIFICATION -> {
        names.addAll(List.of("max_accuracy", "max_f1", "max_ap"));
        for (Similarity similarity : Similarity.values()) {
          for (String of : List.of("accuracy", "f1", "precision", "recall", "ap")) {
            names.add(similarity.label() + "_" + of);
          }
        }
      }
      case CLASSIFICATION ->
          names.addAll(
              List.of(
                  "accuracy",
                  "f1",
                  "f1_weighted",
                  "precision",
                  "precision_weighted",
                  "recall",
                  "recall_weighted"));
      case CLUSTERING -> names.add("v_measure");
    }
    return names;
  }
}
