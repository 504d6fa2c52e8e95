package io.retromae.embed.report;

import io.retromae.core.page.Html;
import io.retromae.embed.report.EvaluationReport.Bounds;
import io.retromae.embed.report.EvaluationReport.Comparison;
import java.util.List;

/** Differences from the baseline with their intervals around zero, and what they allow to say. */
final class ComparisonTable {
  private ComparisonTable() {}

  static void add(Html page, EvaluationReport report) {
    page.heading("Against " + report.baseline());
    if (report.comparisons().isEmpty()) {
      page.empty("Nothing to compare.");
      return;
    }
    double widest =
        report.comparisons().stream().mapToDouble(ComparisonTable::reach).max().orElse(0);
    ScoreBars.Scale scale = new ScoreBars.Scale(-Math.max(widest, 1e-9), Math.max(widest, 1e-9));
    page.table(
        List.of(
            "task",
            "<competitor",
            "difference",
            "<95 % interval",
            "",
            "draws above zero",
            "<verdict"));
    for (Comparison one : report.comparisons()) {
      String style = one.isSignificant() ? Numbers.verdict(one) : "";
      page.row().cell(one.task()).textCell(one.competitor());
      page.cell(Numbers.difference(one.difference()));
      page.raw("<td class=\"" + style + "\"><div class=\"track\">").raw(scale.mark("zero", 0));
      one.interval()
          .filter(bounds -> !Double.isNaN(bounds.low()))
          .ifPresent(bounds -> page.raw(scale.span("range", bounds.low(), bounds.high())));
      if (!Double.isNaN(one.difference())) {
        page.raw(scale.mark("dot", one.difference()));
      }
      page.raw("</div></td>").cell(Numbers.signedInterval(one.interval()));
      page.cell(Numbers.share(one.shareAboveZero()));
      page.raw("<td class=\"text " + style + "\">").raw(Numbers.verdict(one)).raw("</td>").endRow();
    }
    page.endTable()
        .raw("<p class=\"soft\">Paired bootstrap over the rows that both were scored on:")
        .raw(" 10,000 draws. Better and worse: the interval excludes zero. Of many comparisons at")
        .raw(" this level, one in twenty excludes zero by chance.</p>\n");
  }

  private static double reach(Comparison one) {
    double reach = Double.isNaN(one.difference()) ? 0 : Math.abs(one.difference());
    Bounds bounds = one.interval().orElse(new Bounds(0, 0));
    double far = Math.max(Math.abs(bounds.low()), Math.abs(bounds.high()));
    return Double.isNaN(far) ? reach : Math.max(reach, far);
  }
}
