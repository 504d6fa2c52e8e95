package io.retromae.core.page;

import java.util.List;

/**
 * One curve of a chart.
 *
 * @param name in the legend
 * @param kind how it is drawn
 * @param colour its place in the palette, which begins again behind the last one
 * @param clock the page's clock that its steps are looked up in, see {@link Page#clock}
 * @param points by rising x
 */
public record Series(String name, Kind kind, int colour, int clock, List<Point> points) {
  /** How a curve is drawn. */
  public enum Kind {
    /** A line. */
    LINE,
    /** A faint line without a legend of its own, behind the line of its colour. */
    FAINT,
    /** A line through few values, each of which is marked. */
    DOTS,
    /** A broken line: a limit, a setting. */
    LIMIT,
    /** An area on top of those before it. */
    STACKED
  }

  /** Copies the list. */
  public Series {
    points = List.copyOf(points);
  }

  /** Whether there is a value to draw. */
  boolean hasValue() {
    return points.stream().anyMatch(point -> Double.isFinite(point.y()));
  }
}
