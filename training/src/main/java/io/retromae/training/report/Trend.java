package io.retromae.training.report;

import io.retromae.core.page.Point;
import java.util.List;

/**
 * Where a curve is heading at its end: its last part is cut in two, and the means of the halves are
 * compared with their noise.
 *
 * @param direction of the curve
 * @param change of the mean from the first half to the second, as a share of the first
 * @param share of the whole curve that was looked at
 */
record Trend(Direction direction, double change, double share) {
  private static final int FEWEST = 6;
  private static final double PART = 0.3;

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
    List<Point> before = all.subList(all.size() - part, all.size() - part / 2);
    List<Point> after = all.subList(all.size() - part / 2, all.size());
    double from = mean(before);
    double fall = from - mean(after);
    double noise = Math.sqrt(variance(before) / before.size() + variance(after) / after.size());
    double change = -fall / Math.abs(from);
    Direction direction = Direction.LEVEL;
    if (fall > 2 * noise && -change > LEAST_FALL) {
      direction = Direction.FALLING;
    } else if (-fall > 2 * noise && change > LEAST_RISE) {
      direction = Direction.RISING;
    }
    return new Trend(direction, change, (double) part / all.size());
  }

  private static double mean(List<Point> points) {
    return points.stream().mapToDouble(Point::y).average().orElse(Double.NaN);
  }

  private static double variance(List<Point> points) {
    double mean = mean(points);
    double squares =
        points.stream().mapToDouble(point -> (point.y() - mean) * (point.y() - mean)).sum();
    return squares / Math.max(1, points.size() - 1);
  }
}
