package io.retromae.embed.evaluate;

import io.retromae.embed.metric.QueryScores;
import io.retromae.embed.report.EvaluationReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What vectors or rankings are worth on one task.
 *
 * @param metrics by name; NaN is undefined
 * @param main name of the one that stands for the task
 * @param perQuery of retrieval and reranking
 * @param sampled what the bootstrap draws from
 * @param deviation of the main metric over seeds, where chance has a part in it
 * @param counts what was noticed, by reason
 * @param worst queries, worst first; their texts and those of their documents are still missing
 */
public record TaskScores(
    Map<String, Double> metrics,
    String main,
    Optional<QueryScores> perQuery,
    Sampled sampled,
    Optional<Double> deviation,
    Map<String, Long> counts,
    List<EvaluationReport.Query> worst) {
  /** Keeps the order of the metrics. */
  public TaskScores {
    metrics = new LinkedHashMap<>(metrics);
    counts = new TreeMap<>(counts);
    worst = List.copyOf(worst);
    if (!metrics.containsKey(main)) {
      throw new IllegalArgumentException("no metric %s among %s".formatted(main, metrics.keySet()));
    }
  }

  /** Value of the main metric; NaN is undefined. */
  public double score() {
    return metrics.get(main);
  }
}
