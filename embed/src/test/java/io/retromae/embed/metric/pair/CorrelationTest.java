package io.retromae.embed.metric.pair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.metric.ScoreOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorrelationTest {
  private static final double[] X = {1, 2, 2, 5, 7};
  private static final double[] Y = {3, 1, 4, 4, 9};
  private static final int[] COUNTS = {2, 0, 1, 3, 1};

  private static double[] repeated(double[] values) {
    return IntStream.range(0, values.length)
        .flatMap(i -> IntStream.generate(() -> i).limit(COUNTS[i]))
        .mapToDouble(i -> values[i])
        .toArray();
  }

  @Test
  void countedRowsAreAsGoodAsRepeatedOnes() {
    Correlation.Ranked ranked = Correlation.Ranked.of(X, Y);

    assertEquals(Correlation.spearman(repeated(X), repeated(Y)), ranked.spearman(COUNTS), 1e-12);
    assertEquals(Correlation.pearson(repeated(X), repeated(Y)), ranked.pearson(COUNTS), 1e-12);
  }

  @Test
  void countedPairsAreAsGoodAsRepeatedOnes() {
    boolean[] labels = {true, false, true, false, true};
    boolean[] repeated = {true, true, true, false, false, false, true};

    assertEquals(
        PairClassificationMetrics.of(repeated(X), repeated),
        PairClassificationMetrics.of(ScoreOrder.descending(X), labels, COUNTS));
  }

  @Test
  void oneRowNoRowAndNaNAreUndefined() {
    assertTrue(Double.isNaN(Correlation.spearman(new double[1], new double[1])));
    assertTrue(Double.isNaN(Correlation.pearson(new double[0], new double[0])));
    double[] broken = {1, Double.NaN, 3};
    assertTrue(Double.isNaN(Correlation.spearman(broken, new double[] {1, 2, 3})));
    assertTrue(Double.isNaN(Correlation.pearson(broken, new double[] {1, 2, 3})));
  }

  @Test
  void pairsWithoutANumberAreRefused() {
    CorruptDataException refused =
        assertThrows(
            CorruptDataException.class,
            () ->
                PairClassificationMetrics.of(
                    new double[] {1, Double.NaN}, new boolean[] {true, false}));

    assertEquals("pair 2: the score is NaN; scores must be numbers", refused.getMessage());
  }

  @Test
  void aZeroVectorIsHalfAsLikeAnyOther() {
    float[] zero = new float[3];
    assertEquals(0.5, Similarity.COSINE.of(zero, new float[] {1, 2, 3}), 1e-12);
    assertEquals(1, Similarity.COSINE.of(zero, zero), 0);
  }
}
