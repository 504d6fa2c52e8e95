package io.retromae.training.report;

import io.retromae.core.page.Point;
import java.util.ArrayList;
import java.util.List;

/**
 * A curve of any length in bounded memory. Neighbouring values share a bucket, twice as many each
 * time there are too many buckets; each keeps its lowest and highest value, so that no spike is
 * lost, and its mean. The same values always give the same buckets.
 */
final class Curve {
  /** There are between half as many and as many, once there are so many values. */
  static final int MOST_BUCKETS = 800;

  /** Smoothing reaches over such a part of the curve to both sides. */
  private static final int SMOOTHED_PART = 24;

  private final List<Bucket> buckets = new ArrayList<>();
  private int valuesOfBucket = 1;
  private Point pending;

  /** Neighbouring values. */
  private static final class Bucket {
    private final Point first;
    private Point last;
    private Point lowest;
    private Point highest;
    private double sum;
    private int finite;
    private int values;

    Bucket(Point point) {
      this.first = point;
      this.lowest = point;
      this.highest = point;
      take(point);
    }

    private void take(Point point) {
      last = point;
      values++;
      if (Double.isFinite(point.y())) {
        finite++;
        sum += point.y();
        lowest = lower(lowest, point) ? lowest : point;
        highest = lower(point, highest) ? highest : point;
      }
    }

    /** Whether the first is finite, and not above the second. */
    private static boolean lower(Point one, Point other) {
      return Double.isFinite(one.y()) && one.y() <= other.y();
    }

    private void join(Bucket next) {
      lowest = next.finite == 0 || finite > 0 && lower(lowest, next.lowest) ? lowest : next.lowest;
      highest =
          next.finite == 0 || finite > 0 && lower(next.highest, highest) ? highest : next.highest;
      last = next.last;
      sum += next.sum;
      finite += next.finite;
      values += next.values;
    }

    private double mean() {
      return finite == 0 ? Double.NaN : sum / finite;
    }

    private double middle() {
      return (first.x() + last.x()) / 2;
    }
  }

  /** Takes the next value; one of the same x takes the place of the one before. */
  void add(double x, double y) {
    if (pending != null && pending.x() != x) {
      store(pending);
    }
    pending = new Point(x, y);
  }

  private void store(Point point) {
    Bucket newest = buckets.isEmpty() ? null : buckets.get(buckets.size() - 1);
    if (newest != null && newest.values < valuesOfBucket) {
      newest.take(point);
      return;
    }
    if (buckets.size() == MOST_BUCKETS) {
      for (int i = 0; i < MOST_BUCKETS / 2; i++) {
        buckets.get(2 * i).join(buckets.get(2 * i + 1));
        buckets.set(i, buckets.get(2 * i));
      }
      buckets.subList(MOST_BUCKETS / 2, MOST_BUCKETS).clear();
      valuesOfBucket *= 2;
    }
    buckets.add(new Bucket(point));
  }

  private List<Bucket> whole() {
    if (pending != null) {
      store(pending);
      pending = null;
    }
    return buckets;
  }

  boolean isEmpty() {
    return pending == null && buckets.isEmpty();
  }

  /** Lowest and highest values of all buckets, with the first and the last value of all. */
  List<Point> extremes() {
    List<Point> points = new ArrayList<>();
    for (Bucket bucket : whole()) {
      boolean lowFirst = bucket.lowest.x() <= bucket.highest.x();
      if (points.isEmpty()) {
        add(points, bucket.first);
      }
      add(points, lowFirst ? bucket.lowest : bucket.highest);
      add(points, lowFirst ? bucket.highest : bucket.lowest);
    }
    if (!points.isEmpty()) {
      add(points, buckets.get(buckets.size() - 1).last);
    }
    return points;
  }

  private static void add(List<Point> points, Point point) {
    if (points.isEmpty() || point.x() > points.get(points.size() - 1).x()) {
      points.add(point);
    }
  }

  /** The mean of each bucket in its middle. */
  List<Point> means() {
    return whole().stream().map(bucket -> new Point(bucket.middle(), bucket.mean())).toList();
  }

  /** Where each bucket begins and ends: for curves that only rise, such as time. */
  List<Point> ends() {
    List<Point> points = new ArrayList<>();
    for (Bucket bucket : whole()) {
      add(points, bucket.first);
      add(points, bucket.last);
    }
    return points;
  }

  /** Means over a part of the curve around each bucket, near ones weighing most. */
  List<Point> smoothed() {
    List<Bucket> all = whole();
    int reach = Math.max(1, all.size() / SMOOTHED_PART);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      double sum = 0;
      double weights = 0;
      // As far to one side as to the other: else a steep beginning would be drawn too low.
      int near = Math.min(reach, Math.min(i, all.size() - 1 - i));
      for (int j = i - near; j <= i + near; j++) {
        double weight = all.get(j).finite * (1.0 + near - Math.abs(i - j));
        sum += weight > 0 ? weight * all.get(j).mean() : 0;
        weights += weight;
      }
      points.add(new Point(all.get(i).middle(), weights > 0 ? sum / weights : Double.NaN));
    }
    return points;
  }

  /** The first value. */
  double first() {
    return isEmpty() ? Double.NaN : whole().get(0).first.y();
  }

  /** The newest value. */
  double last() {
    return isEmpty() ? Double.NaN : whole().get(buckets.size() - 1).last.y();
  }

  /** Where the newest value is. */
  double lastX() {
    return isEmpty() ? Double.NaN : whole().get(buckets.size() - 1).last.x();
  }

  /** The mean of the newest part of the curve, a twentieth, without values that are not finite. */
  double lately() {
    List<Bucket> all = whole();
    double sum = 0;
    int finite = 0;
    for (Bucket bucket : all.subList(all.size() - (all.size() + 19) / 20, all.size())) {
      sum += bucket.sum;
      finite += bucket.finite;
    }
    return finite == 0 ? Double.NaN : sum / finite;
  }

  /** The mean of all. */
  double mean() {
    double sum = whole().stream().mapToDouble(bucket -> bucket.sum).sum();
    long finite = buckets.stream().mapToLong(bucket -> bucket.finite).sum();
    return finite == 0 ? Double.NaN : sum / finite;
  }

  /** The lowest value; its y is NaN where none is finite. */
  Point lowest() {
    return whole().stream()
        .filter(bucket -> bucket.finite > 0)
        .map(bucket -> bucket.lowest)
        .reduce((a, b) -> a.y() <= b.y() ? a : b)
        .orElse(new Point(Double.NaN, Double.NaN));
  }

  /** The highest value; its y is NaN where none is finite. */
  Point highest() {
    return whole().stream()
        .filter(bucket -> bucket.finite > 0)
        .map(bucket -> bucket.highest)
        .reduce((a, b) -> a.y() >= b.y() ? a : b)
        .orElse(new Point(Double.NaN, Double.NaN));
  }

  /** All values, those that are not finite as well. */
  long values() {
    return whole().stream().mapToLong(bucket -> bucket.values).sum();
  }

  /** Values that are no numbers. */
  long notFinite() {
    return whole().stream().mapToLong(bucket -> bucket.values - bucket.finite).sum();
  }
}
