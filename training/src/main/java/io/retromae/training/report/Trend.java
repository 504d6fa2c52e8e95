package io.retromae.training.report;

import io.retromae.core.page.Point;
import java.util.List;

/**
 * Where a curve is heading at its end: the line through its last part by least squares, whose slope
 * is compared with its standard error.
 *
 * @param direction of the curve
 * @param change along the line, as a share of where it begins
 * @param share of the whole curve that was looked at
 */
record Trend(Direction direction, double change, double share) {
  private static final int FEWEST = 6;
  private static final double PART = 0.3;

  /** Standard errors; chance alone reaches so many in some of a hundred curves. */
  private static final double CERTAIN = 2.5;

  /** Smaller changes matter to nobody. */
  private static final double LEAST_FALL = 0.003;

  private static final double LEAST_RISE = 0.01;

  /** Where a curve goes. */
  enum Direction {
    FALLING,
    LEVEL,
    RISING,
    /** Too few values tell. */
    UNKNOWN
  }

  static Trend of(Curve curve) {
    List<Point> all = curve.means().stream().filter(point -> Double.isFinite(point.y())).toList();
    if (all.size() < FEWEST) {
      return new Trend(Direction.UNKNOWN, Double.NaN, 1);
    }
    int part = Math.max(FEWEST, (int) Math.round(PART * all.size()));
    List<Point> end = all.subList(all.size() - part, all.size());
    double middle = end.stream().mapToDouble(Point::x).average().orElse(0);
    double level = end.stream().mapToDouble(Point::y).average().orElse(0);
    double spread = end.stream().mapToDouble(p -> (p.x() - middle) * (p.x() - middle)).sum();
    double slope = end.stream().mapToDouble(p -> (p.x() - middle) * (p.y() - level)).sum() / spread;
    double rest =
        end.stream()
            .mapToDouble(p -> p.y() - level - slope * (p.x() - middle))
            .map(r -> r * r)
            .sum();
    double noise = Math.sqrt(rest / (end.size() - 2) / spread);
    double way = slope * (end.get(end.size() - 1).x() - end.get(0).x());
    double change = way / Math.abs(level - way / 2);
    Direction direction = Direction.LEVEL;
    if (-slope > CERTAIN * noise && -change > LEAST_FALL) {
      direction = Direction.FALLING;
    } else if (slope > CERTAIN * noise && change > LEAST_RISE) {
      direction = Direction.RISING;
    }
    return new Trend(direction, change, (double) part / all.size());
  }
}
