package io.retromae.training.report;

import java.time.Duration;
import java.util.Locale;

/** Numbers in words. */
final class Words {
  private Words() {}

  /** What stands for a number that there is not. */
  static final String NONE = "\u2013";

  /** Four digits that count: 18.05, 0.4804, 3.0e-05. */
  static String figure(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    double size = Math.abs(value);
    String format =
        size != 0 && size < 1e-3
            ? "%.2e"
            : size >= 1e3 ? "%,.0f" : size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.4f";
    return String.format(Locale.ROOT, format, value);
  }

  /** 14.2 M, 1.05 B. */
  static String many(double count) {
    if (count >= 1e9) {
      return String.format(Locale.ROOT, "%.2f B", count / 1e9);
    }
    if (count >= 1e6) {
      return String.format(Locale.ROOT, "%.1f M", count / 1e6);
    }
    boolean broken = count < 100 && count != Math.rint(count);
    return String.format(Locale.ROOT, broken ? "%.1f" : "%,.0f", count);
  }

  /** 285 MB. */
  static String bytes(double bytes) {
    if (bytes >= 1e9) {
      return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
    return bytes >= 1e6
        ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
  }

  /** 1.2 %. */
  static String percent(double share) {
    return String.format(
        Locale.ROOT, Math.abs(share) < 0.1 ? "%.1f\u00a0%%" : "%.0f\u00a0%%", 100 * share);
  }

  /** 2 h 05 min, 3 min 20 s, 40 s. */
  static String time(double seconds) {
    if (!Double.isFinite(seconds)) {
      return NONE;
    }
    Duration time = Duration.ofSeconds(Math.round(seconds));
    if (time.toDays() > 0) {
      return String.format(Locale.ROOT, "%d d %d h", time.toDays(), time.toHoursPart());
    }
    if (time.toHours() > 0) {
      return String.format(Locale.ROOT, "%d h %02d min", time.toHours(), time.toMinutesPart());
    }
    return time.toMinutes() > 0
        ? String.format(Locale.ROOT, "%d min %02d s", time.toMinutes(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d s", time.toSeconds());
  }

  /** One failure, two failures. */
  static String count(long count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  /** A path as a shell takes it for one word. */
  static String shell(String word) {
    return word.matches("[\\p{L}\\p{N}_./:=,@%+-]+")
        ? word
        : "'" + word.replace("'", "'\\''") + "'";
  }
}
