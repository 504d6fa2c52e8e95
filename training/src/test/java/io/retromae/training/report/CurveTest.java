package io.retromae.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.page.Point;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static Curve noise(int values, long seed) {
    Random random = new Random(seed);
    Curve curve = new Curve();
    for (int step = 1; step <= values; step++) {
      curve.add(step, 10.0 / Math.sqrt(step) + random.nextGaussian());
    }
    return curve;
  }

  @Test
  void aShortCurveStaysAsItIs() {
    Curve curve = new Curve();
    curve.add(1, 5);
    curve.add(2, 7);
    curve.add(3, 6);

    assertEquals(List.of(new Point(1, 5), new Point(2, 7), new Point(3, 6)), curve.extremes());
    assertEquals(5, curve.first());
    assertEquals(6, curve.last());
  }

  @Test
  void aMillionValuesBecomeAFewAndKeepTheirSpikes() {
    Curve curve = noise(400_000, 1);
    curve.add(400_001, 1e6);
    curve.add(400_002, -1e6);
    for (int step = 400_003; step <= 1_000_000; step++) {
      curve.add(step, 1);
    }

    List<Point> points = curve.extremes();

    assertTrue(points.size() <= 2 * Curve.MOST_BUCKETS + 2, "points: " + points.size());
    assertTrue(points.contains(new Point(400_001, 1e6)));
    assertTrue(points.contains(new Point(400_002, -1e6)));
    assertEquals(1, points.get(0).x());
    assertEquals(1_000_000, points.get(points.size() - 1).x());
    assertEquals(1_000_000, curve.values());
    assertTrue(curve.smoothed().size() <= Curve.MOST_BUCKETS);
  }

  @Test
  void equalValuesGiveEqualPoints() {
    assertEquals(noise(123_457, 7).extremes(), noise(123_457, 7).extremes());
    assertEquals(noise(123_457, 7).smoothed(), noise(123_457, 7).smoothed());
  }

  @Test
  void pointsRise() {
    List<Point> points = noise(50_000, 3).extremes();

    for (int i = 1; i < points.size(); i++) {
      assertTrue(points.get(i).x() > points.get(i - 1).x(), points.get(i).toString());
    }
  }

  @Test
  void theLaterOfTwoValuesOfAStepCounts() {
    Curve curve = new Curve();
    curve.add(1, 5);
    curve.add(1, 6);
    curve.add(2, 7);

    assertEquals(List.of(new Point(1, 6), new Point(2, 7)), curve.extremes());
  }

  @Test
  void valuesThatAreNoNumbersLeaveAGapAndAreCounted() {
    Curve curve = new Curve();
    curve.add(1, 5);
    curve.add(2, Double.NaN);
    curve.add(3, 4);

    assertEquals(3, curve.extremes().size());
    assertTrue(Double.isNaN(curve.extremes().get(1).y()));
    assertEquals(1, curve.notFinite());
    assertEquals(4.5, curve.mean());
    assertEquals(new Point(3, 4), curve.lowest());
    assertEquals(new Point(1, 5), curve.highest());
  }

  @Test
  void trendsAreToldFromNoise() {
    Random random = new Random(5);
    Curve falling = new Curve();
    Curve level = new Curve();
    Curve rising = new Curve();
    Curve few = new Curve();
    for (int step = 1; step <= 200; step++) {
      double noise = 0.02 * random.nextGaussian();
      falling.add(step, 10 - 0.02 * step + noise);
      level.add(step, 5 + noise);
      rising.add(step, 5 + 0.02 * step + noise);
      if (step <= 3) {
        few.add(step, step);
      }
    }

    assertEquals(Trend.Direction.FALLING, Trend.of(falling).direction());
    assertEquals(Trend.Direction.LEVEL, Trend.of(level).direction());
    assertEquals(Trend.Direction.RISING, Trend.of(rising).direction());
    assertEquals(Trend.Direction.UNKNOWN, Trend.of(few).direction());
  }
}
