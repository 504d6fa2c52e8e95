package io.retromae.embed.report;

import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.page.Answer;
import io.retromae.core.page.Html;
import io.retromae.core.page.Page;
import io.retromae.embed.report.EvaluationReport.CompetitorLine;
import io.retromae.embed.report.EvaluationReport.Score;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The report as one page that needs no network, for light, dark and narrow screens. Well-formed
 * XML, so that a test can read it; every text from outside is escaped by {@link Html}.
 */
public final class HtmlReport {
  private final EvaluationReport report;
  private final Page frame;
  private final Html page;

  private HtmlReport(EvaluationReport report) {
    this.report = report;
    this.frame = new Page("Evaluation", "");
    this.page = frame.body();
  }

  /** The whole page. */
  public static String of(EvaluationReport report) {
    HtmlReport html = new HtmlReport(report);
    html.overview();
    ScoreBars.add(html.page, report);
    ComparisonTable.add(html.page, report);
    html.averages();
    html.tables();
    html.allMetrics();
    WorstSection.add(html.page, report);
    html.competitors();
    html.settings();
    return html.frame.toString();
  }

  private void overview() {
    page.heading("Overview");
    Answer.add(page, EvaluationOverview.answers(report));
    report.warnings().forEach(page::warning);
  }

  private void averages() {
    page.heading("Averages");
    List<AverageRow> rows = AverageRow.of(report);
    List<String> kinds =
        rows.stream().flatMap(row -> row.averages().kinds().keySet().stream()).distinct().toList();
    List<String> headings = new ArrayList<>(List.of("over", "<competitor", "average", "data sets"));
    kinds.forEach(kind -> headings.add(Numbers.words(kind)));
    page.table(headings);
    for (AverageRow row : rows) {
      page.row().cell(row.over()).textCell(row.competitor());
      page.cell(Numbers.score(row.averages().overall()));
      page.cell(row.scored() + " of " + row.size());
      for (String kind : kinds) {
        Double mean = row.averages().kinds().get(kind);
        page.cell(
            mean == null
                ? Numbers.NONE
                : String.format(
                    Locale.ROOT,
                    "%s (%d)",
                    Numbers.score(mean),
                    row.averages().dataSets().get(kind)));
      }
      page.endRow();
    }
    page.endTable();
    page.raw("<p class=\"soft\">The average is over data sets, not over kinds, as C-MTEB and MTEB")
        .raw(" make it; in brackets the number of data sets of a kind. ")
        .raw(String.join(" ", AverageRow.coverage(report)))
        .raw("</p>\n");
  }

  private void tables() {
    Map<String, List<TaskResult>> byKind = new LinkedHashMap<>();
    report
        .tasks()
        .forEach(task -> byKind.computeIfAbsent(task.kind(), k -> new ArrayList<>()).add(task));
    byKind.forEach(this::table);
  }

  /** A row for each task and competitor, the best of a task in bold. */
  private void table(String kind, List<TaskResult> tasks) {
    String title = Numbers.words(kind);
    page.heading(title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1));
    List<String> metrics = KeyMetrics.of(tasks);
    List<String> headings = new ArrayList<>(List.of("task", "<competitor"));
    headings.addAll(metrics);
    boolean byChance =
        tasks.stream().flatMap(t -> t.scores().stream()).anyMatch(s -> s.deviation().isPresent());
    if (byChance) {
      headings.add("deviation over seeds");
    }
    page.table(headings);
    for (TaskResult task : tasks) {
      for (Score score : task.scores()) {
        page.row().cell(task.name()).textCell(score.competitor());
        metrics.forEach(metric -> metric(task, score, metric));
        if (byChance) {
          page.cell(score.deviation().map(Numbers::score).orElse(Numbers.NONE));
        }
        page.endRow();
      }
    }
    page.endTable();
  }

  private void metric(TaskResult task, Score score, String metric) {
    Double value = score.metrics().get(metric);
    boolean best =
        value != null
            && task.scores().size() > 1
            && task.scores().stream()
                .noneMatch(one -> one.metrics().getOrDefault(metric, Double.NaN) > value);
    page.raw(best && !value.isNaN() ? "<td class=\"best\">" : "<td>")
        .raw(value == null ? Numbers.NONE : Numbers.score(value))
        .raw("</td>");
  }

  private void allMetrics() {
    page.heading("Tasks and all metrics");
    for (TaskResult task : report.tasks()) {
      page.subheading(task.name(), "");
      page.paragraph(task.description());
      counts("Left out: ", task.leftOut());
      task.scores().forEach(score -> counts(score.competitor() + ": ", score.counts()));
      page.openDetails("All metrics");
      List<String> headings = new ArrayList<>(List.of("metric"));
      task.scores().forEach(score -> headings.add(score.competitor()));
      page.table(headings);
      for (String metric : KeyMetrics.all(List.of(task))) {
        page.row().cell(metric);
        for (Score score : task.scores()) {
          Double value = score.metrics().get(metric);
          page.cell(value == null ? Numbers.NONE : Numbers.score(value));
        }
        page.endRow();
      }
      page.endTable();
      page.endDetails();
    }
  }

  private void counts(String what, Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      String list =
          counts.entrySet().stream()
              .map(
                  e ->
                      String.format(
                          Locale.ROOT, "%s: %,d", Numbers.words(e.getKey()), e.getValue()))
              .collect(Collectors.joining(", "));
      page.paragraph(what + list);
    }
  }

  private void competitors() {
    page.heading("Competitors");
    for (CompetitorLine one : report.competitors()) {
      String baseline = one.name().equals(report.baseline()) ? "the others' baseline" : "";
      page.subheading(one.name(), baseline);
      page.paragraph(one.description());
      one.notes().forEach(page::paragraph);
    }
  }

  private void settings() {
    page.heading("Settings");
    page.table(List.of("setting", "<value", "<from"));
    for (ResolvedSetting one : SettingRows.of(report)) {
      page.row().cell(one.path());
      page.longCell(one.value());
      page.textCell(one.origin()).endRow();
    }
    page.endTable();
    page.heading("Provenance");
    page.table(List.of("what", "<value"));
    report
        .provenance()
        .forEach(
            (name, value) -> {
              page.row().cell(name);
              page.longCell(value);
              page.endRow();
            });
    page.endTable();
  }
}
