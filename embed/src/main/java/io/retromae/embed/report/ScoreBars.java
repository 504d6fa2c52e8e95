package io.retromae.embed.report;

import io.retromae.core.page.Html;
import io.retromae.embed.report.EvaluationReport.Bounds;
import io.retromae.embed.report.EvaluationReport.Score;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import java.util.Locale;

/** A bar for each competitor on each task, its interval across its end, its value beside it. */
final class ScoreBars {
  private final Html page;
  private final EvaluationReport report;

  private ScoreBars(Html page, EvaluationReport report) {
    this.page = page;
    this.report = report;
  }

  static void add(Html page, EvaluationReport report) {
    ScoreBars bars = new ScoreBars(page, report);
    page.heading("Scores");
    if (report.tasks().isEmpty()) {
      page.empty("No task.");
    }
    report.tasks().forEach(bars::task);
    page.raw(
            "<p class=\"soft\">Bars end at the score, grey is the baseline; the line across the end,")
        .raw(
            " and the numbers in brackets, hold 95 % of the bootstrap\u2019s draws. Scales run from 0 to 1")
        .raw(" and below 0 where a score does.</p>\n");
  }

  private void task(TaskResult task) {
    page.subheading(task.name(), Numbers.words(task.kind()) + ", " + task.mainMetric());
    double lowest = 0;
    double highest = 1;
    for (Score score : task.scores()) {
      lowest = Math.min(lowest, least(score));
      highest = Math.max(highest, Double.isNaN(score.value()) ? 1 : score.value());
    }
    Scale scale = new Scale(lowest, highest);
    task.scores().forEach(score -> bar(score, scale));
    report.competitors().stream()
        .filter(one -> task.of(one.name()).isEmpty())
        .forEach(one -> page.empty(one.name() + ": no score"));
  }

  private static double least(Score score) {
    double low = score.interval().map(Bounds::low).orElse(Double.NaN);
    double least = Double.isNaN(low) ? score.value() : Math.min(low, score.value());
    return Double.isNaN(least) ? 0 : least;
  }

  private void bar(Score score, Scale scale) {
    boolean baseline = score.competitor().equals(report.baseline());
    page.raw(baseline ? "<div class=\"score baseline\">" : "<div class=\"score\">");
    page.raw("<span class=\"name\">").raw(Html.text(score.competitor())).raw("</span>");
    page.raw("<div class=\"track\">");
    if (scale.from() < 0) {
      page.raw(scale.mark("zero", 0));
    }
    if (!Double.isNaN(score.value())) {
      page.raw(scale.span("bar", Math.min(0, score.value()), Math.max(0, score.value())));
      score
          .interval()
          .filter(bounds -> !Double.isNaN(bounds.low()))
          .ifPresent(bounds -> page.raw(scale.span("range", bounds.low(), bounds.high())));
    }
    page.raw("</div><span class=\"value\">").raw(Numbers.score(score.value()));
    score
        .interval()
        .filter(bounds -> !Double.isNaN(bounds.low()))
        .ifPresent(
            bounds -> page.raw(" <small>(" + Numbers.interval(score.interval()) + ")</small>"));
    page.raw("</span></div>\n");
  }

  /** From values to percent of a track. */
  record Scale(double from, double to) {
    double percent(double value) {
      return Math.max(0, Math.min(100, 100 * (value - from) / (to - from)));
    }

    String span(String style, double low, double high) {
      return String.format(
          Locale.ROOT,
          "<span class=\"%s\" style=\"left:%.2f%%;width:%.2f%%\"></span>",
          style,
          percent(low),
          percent(high) - percent(low));
    }

    String mark(String style, double value) {
      return String.format(
          Locale.ROOT, "<span class=\"%s\" style=\"left:%.2f%%\"></span>", style, percent(value));
    }
  }
}
