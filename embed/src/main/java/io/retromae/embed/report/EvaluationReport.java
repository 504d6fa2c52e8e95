package io.retromae.embed.report;

import io.retromae.core.config.ResolvedSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that an evaluation found. Undefined numbers are NaN here and null in JSON.
 *
 * @param tasks in the order of the settings, with everybody's scores
 * @param competitors in the order of the settings
 * @param baseline name of the competitor that the others are compared with
 * @param comparisons of all others with it, task by task
 * @param warnings what a person should look at, a sentence each
 * @param settings every setting and where it came from
 * @param provenance what else the numbers depend on: versions, devices, times, in this order
 */
public record EvaluationReport(
    List<TaskResult> tasks,
    List<CompetitorLine> competitors,
    String baseline,
    List<Comparison> comparisons,
    List<String> warnings,
    List<ResolvedSetting> settings,
    Map<String, String> provenance) {
  /** Copies. */
  public EvaluationReport {
    tasks = List.copyOf(tasks);
    competitors = List.copyOf(competitors);
    comparisons = List.copyOf(comparisons);
    warnings = List.copyOf(warnings);
    settings = List.copyOf(settings);
    provenance = new LinkedHashMap<>(provenance);
  }

  /**
   * Who was evaluated.
   *
   * @param name in reports
   * @param description a line: folder, pooling, lengths
   * @param notes what was assumed or is unusual, a sentence each
   */
  public record CompetitorLine(String name, String description, List<String> notes) {
    /** A copy. */
    public CompetitorLine {
      notes = List.copyOf(notes);
    }
  }

  /**
   * A task and everybody's scores.
   *
   * @param name in reports
   * @param kind {@code retrieval, reranking, sts, pair_classification, classification, clustering}
   * @param description a line: format, numbers and lengths of texts
   * @param mainMetric the one that stands for the task, a key of {@link Score#metrics}
   * @param leftOut records not used, by reason
   * @param scores in the order of the competitors; who could not be scored is missing
   * @param worst the queries that went worst, may be empty
   */
  public record TaskResult(
      String name,
      String kind,
      String description,
      String mainMetric,
      Map<String, Long> leftOut,
      List<Score> scores,
      List<WorstQueries> worst) {
    /** Copies. */
    public TaskResult {
      leftOut = new LinkedHashMap<>(leftOut);
      scores = List.copyOf(scores);
      worst = List.copyOf(worst);
    }

    /** The score of a competitor. */
    public Optional<Score> of(String competitor) {
      return scores.stream().filter(score -> score.competitor().equals(competitor)).findFirst();
    }
  }

  /**
   * One competitor on one task.
   *
   * @param competitor its name
   * @param value of the main metric
   * @param interval 95 % of the bootstrap's draws; empty if there is nothing to draw from
   * @param deviation over seeds, where chance has a part in the metric
   * @param metrics all of them, by name, in the order in which they are shown
   * @param counts what was noticed, by reason
   * @param perQuery file with the scores of single queries, relative to the report; empty if none
   */
  public record Score(
      String competitor,
      double value,
      Optional<Bounds> interval,
      Optional<Double> deviation,
      Map<String, Double> metrics,
      Map<String, Long> counts,
      Optional<String> perQuery) {
    /** Copies. */
    public Score {
      metrics = new LinkedHashMap<>(metrics);
      counts = new LinkedHashMap<>(counts);
    }
  }

  /** What lies within: 95 % of a bootstrap's draws. */
  public record Bounds(double low, double high) {}

  /**
   * A competitor against the baseline on one task's main metric.
   *
   * @param task its name
   * @param competitor its name
   * @param difference competitor minus baseline
   * @param interval 95 % of the paired bootstrap's draws; empty if the two share no rows
   * @param shareAboveZero of the draws; NaN without them
   */
  public record Comparison(
      String task,
      String competitor,
      double difference,
      Optional<Bounds> interval,
      double shareAboveZero) {
    /** Whether the interval excludes zero. */
    public boolean isSignificant() {
      return interval.filter(bounds -> bounds.low() > 0 || bounds.high() < 0).isPresent();
    }
  }

  /**
   * The queries that went worst for one competitor.
   *
   * @param competitor its name
   * @param metric by which they are worst
   * @param queries worst first
   */
  public record WorstQueries(String competitor, String metric, List<Query> queries) {
    /** A copy. */
    public WorstQueries {
      queries = List.copyOf(queries);
    }
  }

  /**
   * A query, what was wanted and what came first.
   *
   * @param id of the query
   * @param text of it
   * @param value of the metric
   * @param wanted relevant documents, best grade first
   * @param found what came first, in that order
   */
  public record Query(
      String id, String text, double value, List<Document> wanted, List<Document> found) {
    /** Copies. */
    public Query {
      wanted = List.copyOf(wanted);
      found = List.copyOf(found);
    }
  }

  /**
   * A document of a query.
   *
   * @param id of it
   * @param text or its beginning
   * @param grade what the judgments say, 0 for none
   * @param rank from 1; empty if it was not returned
   */
  public record Document(String id, String text, int grade, Optional<Integer> rank) {}
}
