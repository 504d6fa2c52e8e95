package io.retromae.embed.report;

import io.retromae.embed.report.EvaluationReport.Comparison;

/** The report in a sentence or two. */
final class Summary {
  private Summary() {}

  static String of(EvaluationReport report) {
    StringBuilder text = new StringBuilder();
    text.append(count(report.tasks().size(), "task")).append(", ");
    text.append(count(report.competitors().size(), "competitor")).append('.');
    if (!report.comparisons().isEmpty()) {
      long better = significant(report, 1);
      long worse = significant(report, -1);
      text.append(
          " Against %s, of %s %d better, %d worse, %d may be chance or cannot be told."
              .formatted(
                  report.baseline(),
                  count(report.comparisons().size(), "comparison"),
                  better,
                  worse,
                  report.comparisons().size() - better - worse));
    }
    return text.toString();
  }

  private static String count(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static long significant(EvaluationReport report, int sign) {
    return report.comparisons().stream()
        .filter(Comparison::isSignificant)
        .filter(comparison -> Math.signum(comparison.difference()) == sign)
        .count();
  }
}
