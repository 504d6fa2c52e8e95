package io.retromae.embed.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.hash.CounterRandom;
import io.retromae.embed.metric.PairedBootstrap.Difference;
import io.retromae.embed.metric.PairedBootstrap.Interval;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairedBootstrapTest {
  private static double[] uniform(int rows, long seed) {
    CounterRandom random = new CounterRandom(seed, 0, 0, 0);
    double[] values = new double[rows];
    Arrays.setAll(values, i -> random.nextDouble());
    return values;
  }

  private static double mean(double[] values, int[] counts) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += counts[i] * values[i];
    }
    return sum / values.length;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theIntervalOfAMeanIsThatOfItsStandardError(long seed) {
    double[] rows = uniform(400, seed);

    Interval interval = PairedBootstrap.ofMean(rows, seed);

    double error = Means.deviation(rows) / Math.sqrt(rows.length);
    assertEquals(Means.of(rows), interval.score(), 0);
    assertEquals(Means.of(rows) - 1.96 * error, interval.low(), 0.15 * error);
    assertEquals(Means.of(rows) + 1.96 * error, interval.high(), 0.15 * error);
  }

  @Test
  void meansAndTheSameAsAnyScoreSeeTheSameDraws() {
    double[] rows = uniform(50, 7);

    Interval asMean = PairedBootstrap.ofMean(rows, 42);
    Interval asScore = PairedBootstrap.of(rows.length, counts -> mean(rows, counts), 42).interval();

    assertEquals(asMean.low(), asScore.low(), 1e-12);
    assertEquals(asMean.high(), asScore.high(), 1e-12);
  }

  @Test
  void drawsOfTwoScoresGiveTheDifferenceOfTheirMeans() {
    double[] first = uniform(50, 1);
    double[] second = uniform(50, 2);

    Difference asMeans = PairedBootstrap.ofMeans(first, second, 42);
    Difference asScores =
        PairedBootstrap.of(50, counts -> mean(first, counts), 42)
            .minus(PairedBootstrap.of(50, counts -> mean(second, counts), 42));

    assertEquals(asMeans.difference(), asScores.difference(), 1e-12);
    assertEquals(asMeans.low(), asScores.low(), 1e-12);
    assertEquals(asMeans.high(), asScores.high(), 1e-12);
    assertEquals(asMeans.shareAboveZero(), asScores.shareAboveZero(), 0);
  }

  @Test
  void aShiftOfAllRowsIsSignificantAndHasNoWidth() {
    double[] first = uniform(30, 1);
    double[] second = Arrays.stream(first).map(value -> value - 0.25).toArray();

    Difference difference = PairedBootstrap.ofMeans(first, second, 42);

    assertEquals(0.25, difference.difference(), 1e-12);
    assertEquals(0.25, difference.low(), 1e-12);
    assertEquals(1, difference.shareAboveZero(), 0);
    assertTrue(difference.isSignificant());
  }

  @Test
  void equalCompetitorsDoNotDiffer() {
    double[] rows = uniform(30, 1);

    Difference difference = PairedBootstrap.ofMeans(rows, rows, 42);

    assertEquals(0.5, difference.shareAboveZero(), 0);
    assertFalse(difference.isSignificant());
  }

  @Test
  void sidesSwappedGiveTheDifferenceTurned() {
    double[] first = uniform(30, 1);
    double[] second = uniform(30, 2);

    Difference one = PairedBootstrap.ofMeans(first, second, 42);
    Difference other = PairedBootstrap.ofMeans(second, first, 42);

    assertEquals(one.low(), -other.high(), 1e-12);
    assertEquals(one.shareAboveZero(), 1 - other.shareAboveZero(), 1e-12);
  }

  @Test
  void drawsDependOnTheSeedAlone() {
    double[] rows = uniform(30, 1);

    assertEquals(PairedBootstrap.ofMean(rows, 42), PairedBootstrap.ofMean(rows, 42));
    assertTrue(PairedBootstrap.ofMean(rows, 42).low() != PairedBootstrap.ofMean(rows, 43).low());
  }

  @Test
  void undefinedDrawsAreLeftOutAndNoRowsAreUndefined() {
    Interval interval =
        PairedBootstrap.of(2, counts -> counts[0] == 2 ? Double.NaN : counts[1], 42).interval();
    Interval nothing = PairedBootstrap.ofMean(new double[0], 42);

    assertEquals(1, interval.low(), 0);
    assertTrue(Double.isNaN(nothing.score()) && Double.isNaN(nothing.low()));
  }

  @Test
  void unequalRowsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> PairedBootstrap.ofMeans(new double[2], new double[3], 42));
  }
}
