package io.retromae.embed.evaluate;

import io.retromae.core.config.Setting;
import io.retromae.embed.encoder.EncoderCompute;
import io.retromae.embed.task.TaskSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Settings of the evaluation job.
 *
 * @param tasks what is asked
 * @param competitors who answers
 * @param baseline whom the others are compared with
 * @param output folder to write
 * @param cutoffs k of metrics such as ndcg_at_k
 * @param topK documents returned for a query
 * @param worstQueries queries of each task that are shown with texts
 * @param clusteringSeeds runs of k-means
 * @param seed of bootstrap and k-means
 * @param trecRuns whether rankings are written, too
 * @param compute where and in what batches
 */
public record EvaluationConfig(
    @Setting(doc = "What is asked of vectors; docs/evaluation.md tells the formats.")
        List<TaskSettings> tasks,
    @Setting(doc = "Who answers: encoders, recorded vectors, recorded rankings.")
        List<CompetitorSettings> competitors,
    @Setting(
            doc = "Competitor that the others are compared with; null: the first.",
            standard = "null")
        Optional<String> baseline,
    @Setting(
            doc =
                "Folder to write: report, scores of single queries, and the vectors, which later starts use again.")
        String output,
    @Setting(
            doc = "Retrieval: k of ndcg_at_k and others (mteb's).",
            standard = "[1, 3, 5, 10, 20, 100, 1000]",
            min = 1,
            max = 1000000)
        List<Integer> cutoffs,
    @Setting(
            doc = "Retrieval: documents returned for a query (mteb: 1000).",
            standard = "1000",
            min = 1,
            max = 1000000)
        int topK,
    @Setting(
            doc = "Worst queries of each task that the report shows with their texts.",
            standard = "20",
            min = 0,
            max = 1000)
        int worstQueries,
    @Setting(
            doc =
                "Clustering: runs of k-means from other seeds; one seed moves the v-measure by 0.05.",
            standard = "10",
            min = 1,
            max = 1000)
        int clusteringSeeds,
    @Setting(doc = "Seed of the bootstrap and of k-means.", standard = "42", min = 0, max = 2e9)
        long seed,
    @Setting(doc = "Write the rankings of retrieval, too, as TREC's run files.", standard = "false")
        boolean trecRuns,
    @Setting(doc = "Where and in what batches encoders compute.") EncoderCompute compute) {

  /** Checks names. */
  public EvaluationConfig {
    if (tasks.isEmpty() || competitors.isEmpty()) {
      throw new IllegalArgumentException(
          tasks.isEmpty()
              ? "tasks = []: give at least one"
              : "competitors = []: give at least one");
    }
    refuseRepeated("tasks", tasks.stream().map(TaskSettings::name));
    refuseRepeated("competitors", competitors.stream().map(CompetitorSettings::name));
    if (baseline.isPresent()
        && competitors.stream().noneMatch(one -> one.name().equals(baseline.get()))) {
      throw new IllegalArgumentException(
          "baseline = %s: no competitor has this name".formatted(baseline.get()));
    }
    if (cutoffs.stream().anyMatch(k -> k > topK)) {
      throw new IllegalArgumentException(
          "cutoffs = %s: must be at most top_k = %d, or nothing is ranked there"
              .formatted(cutoffs, topK));
    }
  }

  private static void refuseRepeated(String where, Stream<String> names) {
    Set<String> seen = new HashSet<>();
    names.forEach(
        name -> {
          if (!seen.add(name)) {
            throw new IllegalArgumentException("%s: two have the name '%s'".formatted(where, name));
          }
        });
  }

  /** Name of the competitor that the others are compared with. */
  public String against() {
    return baseline.orElse(competitors.get(0).name());
  }
}
