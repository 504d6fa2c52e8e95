package io.retromae.embed.report;

import io.retromae.embed.report.EvaluationReport.Comparison;
import java.util.Locale;

/** The report in a sentence or two. */
final class Summary {
  private Summary() {}

  static String of(EvaluationReport report) {
    String sizes =
        "%s, %s."
            .formatted(
                count(report.tasks().size(), "task"),
                count(report.competitors().size(), "competitor"));
    String against = against(report);
    return against.isEmpty() ? sizes : sizes + " " + against;
  }

  /** How the others did against the baseline; empty if there is nothing to compare. */
  static String against(EvaluationReport report) {
    if (report.comparisons().isEmpty()) {
      return "";
    }
    long better = significant(report, 1);
    long worse = significant(report, -1);
    return String.format(
        Locale.ROOT,
        "Against %s, of %s %d better, %d worse, %d may be chance or cannot be told.",
        report.baseline(),
        count(report.comparisons().size(), "comparison"),
        better,
        worse,
        report.comparisons().size() - better - worse);
  }

  static String count(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** Differences of this sign whose interval excludes zero. */
  static long significant(EvaluationReport report, int sign) {
    return report.comparisons().stream()
        .filter(Comparison::isSignificant)
        .filter(comparison -> Math.signum(comparison.difference()) == sign)
        .count();
  }
}
