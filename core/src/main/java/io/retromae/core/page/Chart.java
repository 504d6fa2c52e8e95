package io.retromae.core.page;

import java.util.List;

/**
 * A chart of curves over steps.
 *
 * @param title what is drawn
 * @param value the newest value in words, which is there without the drawing, too; may be empty
 * @param note how to read it, one sentence; may be empty
 * @param unit how values are written
 * @param scale of the values
 * @param series curves; a chart without values says so
 */
public record Chart(
    String title, String value, String note, Unit unit, Scale scale, List<Series> series) {
  /** How values are written. */
  public enum Unit {
    /** A number. */
    PLAIN,
    /** A share of 1. */
    PERCENT,
    /** Milliseconds. */
    MILLISECONDS,
    /** Megabytes. */
    MEGABYTES
  }

  /** How values are placed. */
  public enum Scale {
    /** From the lowest to the highest. */
    FITTED,
    /** From 0. */
    FROM_ZERO,
    /** By their logarithms. */
    LOGARITHMIC
  }

  /** Copies the list. */
  public Chart {
    series = List.copyOf(series);
  }

  /** Whether there is a value to draw. */
  public boolean hasValue() {
    return series.stream().filter(s -> s.kind() != Series.Kind.LIMIT).anyMatch(Series::hasValue);
  }
}
