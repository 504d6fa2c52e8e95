package io.retromae.embed.report;

import io.retromae.embed.report.EvaluationReport.Bounds;
import io.retromae.embed.report.EvaluationReport.Comparison;
import java.util.Locale;
import java.util.Optional;

/** How numbers of a report are written. */
final class Numbers {
  /** What stands for NaN. */
  static final String UNDEFINED = "undefined";

  /** What stands for a number that there is not. */
  static final String NONE = "\u2013";

  private Numbers() {}

  static String score(double value) {
    return Double.isNaN(value) ? UNDEFINED : String.format(Locale.ROOT, "%.4f", value);
  }

  static String difference(double value) {
    return Double.isNaN(value) ? UNDEFINED : String.format(Locale.ROOT, "%+.4f", value);
  }

  static String interval(Optional<Bounds> interval) {
    return interval.map(b -> score(b.low()) + " to " + score(b.high())).orElse(NONE);
  }

  static String signedInterval(Optional<Bounds> interval) {
    return interval.map(b -> difference(b.low()) + " to " + difference(b.high())).orElse(NONE);
  }

  static String share(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }

  static String verdict(Comparison comparison) {
    if (comparison.interval().isEmpty()) {
      return "no rows in common";
    }
    if (!comparison.isSignificant()) {
      return "may be chance";
    }
    return comparison.difference() > 0 ? "better" : "worse";
  }

  /** Words of a name of settings: {@code pair_classification}. */
  static String words(String name) {
    String words = name.replace('_', ' ');
    return words.equals("sts") ? "STS" : words;
  }
}
