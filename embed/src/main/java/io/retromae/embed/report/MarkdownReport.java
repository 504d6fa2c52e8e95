package io.retromae.embed.report;

import static io.retromae.core.display.Displayed.markdown;

import io.retromae.core.display.Displayed;
import io.retromae.embed.report.EvaluationReport.Comparison;
import io.retromae.embed.report.EvaluationReport.Score;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report as Markdown, for terminals and code reviews; without the worst queries. */
public final class MarkdownReport {
  private final EvaluationReport report;
  private final StringBuilder out = new StringBuilder();

  private MarkdownReport(EvaluationReport report) {
    this.report = report;
  }

  /** The whole report. */
  public static String of(EvaluationReport report) {
    MarkdownReport markdown = new MarkdownReport(report);
    markdown.out.append("# Evaluation\n\n").append(markdown(Summary.of(report))).append("\n");
    markdown.list("Warnings", report.warnings());
    markdown.scores();
    markdown.comparisons();
    markdown.averages();
    markdown.metrics();
    markdown.competitors();
    markdown.settings();
    return markdown.out.toString();
  }

  private void heading(String text) {
    out.append("\n## ").append(text).append("\n\n");
  }

  private void list(String heading, List<String> items) {
    if (!items.isEmpty()) {
      heading(heading);
      items.forEach(item -> out.append("- ").append(markdown(item)).append('\n'));
    }
  }

  private void header(String... cells) {
    row(List.of(cells));
    out.append("|").append("---|".repeat(cells.length)).append('\n');
  }

  private void row(List<String> cells) {
    out.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  private void scores() {
    heading("Scores");
    header("task", "kind", "metric", "competitor", "score", "95 % interval");
    for (TaskResult task : report.tasks()) {
      for (Score score : task.scores()) {
        row(
            List.of(
                markdown(task.name()),
                Numbers.words(task.kind()),
                markdown(task.mainMetric()),
                markdown(score.competitor()),
                Numbers.score(score.value()),
                Numbers.interval(score.interval())));
      }
    }
  }

  private void comparisons() {
    if (report.comparisons().isEmpty()) {
      return;
    }
    heading("Against " + markdown(report.baseline()));
    header("task", "competitor", "difference", "95 % interval", "draws above zero", "verdict");
    for (Comparison one : report.comparisons()) {
      row(
          List.of(
              markdown(one.task()),
              markdown(one.competitor()),
              Numbers.difference(one.difference()),
              Numbers.signedInterval(one.interval()),
              Numbers.share(one.shareAboveZero()),
              Numbers.verdict(one)));
    }
  }

  private void averages() {
    heading("Averages");
    header("over", "competitor", "average over data sets", "data sets", "by kind");
    for (AverageRow average : AverageRow.of(report)) {
      String kinds =
          average.averages().kinds().entrySet().stream()
              .map(e -> Numbers.words(e.getKey()) + " " + Numbers.score(e.getValue()))
              .collect(Collectors.joining(", "));
      row(
          List.of(
              average.over(),
              markdown(average.competitor()),
              Numbers.score(average.averages().overall()),
              average.scored() + " of " + average.size(),
              kinds));
    }
    out.append('\n');
    AverageRow.coverage(report).forEach(line -> out.append("- ").append(line).append('\n'));
  }

  private void metrics() {
    heading("All metrics");
    for (TaskResult task : report.tasks()) {
      out.append("\n### ").append(markdown(task.name())).append("\n\n");
      out.append(markdown(task.description())).append("\n\n");
      List<String> names = new ArrayList<>(List.of("metric"));
      task.scores().forEach(score -> names.add(markdown(score.competitor())));
      header(names.toArray(String[]::new));
      for (String metric : KeyMetrics.all(List.of(task))) {
        List<String> cells = new ArrayList<>(List.of(markdown(metric)));
        for (Score score : task.scores()) {
          Double value = score.metrics().get(metric);
          cells.add(value == null ? Numbers.NONE : Numbers.score(value));
        }
        row(cells);
      }
      counts("Left out: ", task.leftOut());
      task.scores().forEach(score -> counts(markdown(score.competitor()) + ": ", score.counts()));
    }
  }

  private void counts(String what, Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      out.append('\n').append(what);
      out.append(
          counts.entrySet().stream()
              .map(e -> String.format(Locale.ROOT, "%s: %,d", markdown(e.getKey()), e.getValue()))
              .collect(Collectors.joining(", ")));
      out.append('\n');
    }
  }

  private void competitors() {
    heading("Competitors");
    report
        .competitors()
        .forEach(
            one -> {
              out.append(
                  "- **%s** %s\n".formatted(markdown(one.name()), markdown(one.description())));
              one.notes().forEach(note -> out.append("  - ").append(markdown(note)).append('\n'));
            });
  }

  private void settings() {
    heading("Settings");
    header("setting", "value", "from");
    SettingRows.of(report)
        .forEach(
            one ->
                row(
                    List.of(
                        Displayed.code(one.path()),
                        markdown(one.value()),
                        markdown(one.origin()))));
    heading("Provenance");
    report
        .provenance()
        .forEach(
            (name, value) -> out.append("- %s: %s\n".formatted(markdown(name), markdown(value))));
  }
}
