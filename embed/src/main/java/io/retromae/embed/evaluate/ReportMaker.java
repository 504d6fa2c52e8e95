package io.retromae.embed.evaluate;

import io.retromae.core.config.ResolvedSetting;
import io.retromae.embed.metric.PairedBootstrap;
import io.retromae.embed.report.EvaluationReport;
import io.retromae.embed.task.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Gathers scores as they come, and makes the report of them. */
public final class ReportMaker {
  private final EvaluationPlan plan;
  private final Map<String, Map<String, Answer>> answers = new HashMap<>(); // task, competitor
  private final List<String> warnings = new ArrayList<>();

  /** Of a run of this plan. */
  public ReportMaker(EvaluationPlan plan) {
    this.plan = plan;
  }

  /**
   * What a competitor got on a task.
   *
   * @param perQuery file with the scores of single queries, relative to the report
   */
  private record Answer(TaskScores scores, Optional<String> perQuery) {}

  /** Finds the texts of queries and documents. */
  public interface Texts {
    /** The worst queries of a task with their texts. */
    List<EvaluationReport.WorstQueries> filled(
        Task task, List<EvaluationReport.WorstQueries> worst);
  }

  /**
   * Takes scores.
   *
   * @param perQuery file with the scores of single queries, relative to the report
   */
  public void add(Competitor competitor, Task task, TaskScores scores, Optional<String> perQuery) {
    answers
        .computeIfAbsent(task.name(), t -> new HashMap<>())
        .put(competitor.name(), new Answer(scores, perQuery));
  }

  /** Notes that a competitor has no answer to a task. */
  public void leaveOut(Competitor competitor, Task task) {
    warnings.add(
        "%s has no score on %s: recorded rankings answer retrieval alone"
            .formatted(competitor.name(), task.name()));
  }

  /**
   * The report.
   *
   * @param texts asked once for each task, for all competitors together
   * @param settings every setting
   * @param provenance what else the numbers depend on
   */
  public EvaluationReport report(
      Texts texts, List<ResolvedSetting> settings, Map<String, String> provenance) {
    List<EvaluationReport.TaskResult> tasks = new ArrayList<>();
    List<EvaluationReport.Comparison> comparisons = new ArrayList<>();
    for (Task task : plan.tasks()) {
      Map<String, Answer> ofTask = answers.getOrDefault(task.name(), Map.of());
      tasks.add(result(task, ofTask, texts));
      comparisons.addAll(comparisons(task, ofTask));
    }
    return new EvaluationReport(
        tasks,
        plan.competitors().stream().map(ReportMaker::line).toList(),
        plan.config().against(),
        comparisons,
        warnings,
        settings,
        provenance);
  }

  private static EvaluationReport.CompetitorLine line(Competitor competitor) {
    List<String> notes =
        competitor instanceof Competitor.Encoder encoder
            ? encoder.folder().defaults().saidAloud()
            : List.of();
    return new EvaluationReport.CompetitorLine(competitor.name(), competitor.description(), notes);
  }

  private EvaluationReport.TaskResult result(Task task, Map<String, Answer> ofTask, Texts texts) {
    List<EvaluationReport.Score> scores = new ArrayList<>();
    List<EvaluationReport.WorstQueries> worst = new ArrayList<>();
    String main = MainMetric.of(task, plan.config().cutoffs());
    for (Competitor competitor : plan.competitors()) {
      Answer answer = ofTask.get(competitor.name());
      if (answer == null) {
        continue;
      }
      scores.add(score(competitor, answer));
      List<EvaluationReport.Query> queries = answer.scores().worst();
      if (!queries.isEmpty()) {
        worst.add(new EvaluationReport.WorstQueries(competitor.name(), main, queries));
      }
    }
    return new EvaluationReport.TaskResult(
        task.name(),
        task.kind().label(),
        EvaluationPlan.describe(task),
        main,
        new TreeMap<>(task.leftOut()),
        scores,
        texts.filled(task, worst));
  }

  private static EvaluationReport.Score score(Competitor competitor, Answer answer) {
    TaskScores scores = answer.scores();
    return new EvaluationReport.Score(
        competitor.name(),
        scores.score(),
        scores.sampled().interval().flatMap(ReportMaker::bounds),
        scores.deviation(),
        scores.metrics(),
        scores.counts(),
        answer.perQuery());
  }

  private static Optional<EvaluationReport.Bounds> bounds(PairedBootstrap.Interval interval) {
    return bounds(interval.low(), interval.high());
  }

  /** None where no draw was defined. */
  private static Optional<EvaluationReport.Bounds> bounds(double low, double high) {
    return Double.isNaN(low) || Double.isNaN(high)
        ? Optional.empty()
        : Optional.of(new EvaluationReport.Bounds(low, high));
  }

  private List<EvaluationReport.Comparison> comparisons(Task task, Map<String, Answer> ofTask) {
    List<EvaluationReport.Comparison> comparisons = new ArrayList<>();
    Answer baseline = ofTask.get(plan.config().against());
    for (Competitor competitor : plan.competitors()) {
      Answer answer = ofTask.get(competitor.name());
      if (baseline == null || answer == null || answer == baseline) {
        continue;
      }
      Optional<PairedBootstrap.Difference> difference = difference(answer, baseline);
      comparisons.add(
          new EvaluationReport.Comparison(
              task.name(),
              competitor.name(),
              answer.scores().score() - baseline.scores().score(),
              difference.flatMap(found -> bounds(found.low(), found.high())),
              difference.map(PairedBootstrap.Difference::shareAboveZero).orElse(Double.NaN)));
    }
    return comparisons;
  }

  /** Empty if the two did not answer the same queries. */
  private static Optional<PairedBootstrap.Difference> difference(Answer answer, Answer baseline) {
    boolean sameQueries =
        answer
            .scores()
            .perQuery()
            .map(scores -> scores.queries())
            .equals(baseline.scores().perQuery().map(scores -> scores.queries()));
    return sameQueries
        ? answer.scores().sampled().minus(baseline.scores().sampled())
        : Optional.empty();
  }
}
