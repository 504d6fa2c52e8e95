package io.retromae.embed.report;

import io.retromae.embed.metric.Averages;
import io.retromae.embed.report.EvaluationReport.CompetitorLine;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A competitor's averages over a set of tasks.
 *
 * @param over what the set is called: {@code all tasks}, or a benchmark's name
 * @param competitor its name
 * @param averages over the tasks that it has a score of
 * @param tasks how many of the set's data sets are among the tasks of the report
 * @param size how many data sets the set has
 */
record AverageRow(String over, String competitor, Averages averages, int tasks, int size) {
  static final String ALL = "all tasks";

  /** Over all tasks; then over each benchmark that has a data set among them. */
  static List<AverageRow> of(EvaluationReport report) {
    List<AverageRow> rows = new ArrayList<>();
    report
        .competitors()
        .forEach(one -> rows.add(row(ALL, one, report.tasks(), report.tasks().size())));
    for (Benchmark benchmark : Benchmark.all()) {
      List<TaskResult> tasks = benchmark.among(report.tasks());
      if (!tasks.isEmpty()) {
        report
            .competitors()
            .forEach(one -> rows.add(row(benchmark.name(), one, tasks, benchmark.size())));
      }
    }
    return rows;
  }

  private static AverageRow row(
      String over, CompetitorLine competitor, List<TaskResult> tasks, int size) {
    List<Averages.Score> scores = new ArrayList<>();
    for (TaskResult task : tasks) {
      task.of(competitor.name())
          .ifPresent(score -> scores.add(new Averages.Score(task.kind(), score.value())));
    }
    return new AverageRow(over, competitor.name(), Averages.of(scores), tasks.size(), size);
  }

  /** How many data sets the average is over. */
  int scored() {
    return averages.dataSets().values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Says of each benchmark how many of its data sets are there. */
  static List<String> coverage(EvaluationReport report) {
    return Benchmark.all().stream()
        .map(
            b ->
                String.format(
                    Locale.ROOT,
                    "%s: %d of its %d data sets are among the tasks.",
                    b.name(),
                    b.among(report.tasks()).size(),
                    b.size()))
        .toList();
  }
}
