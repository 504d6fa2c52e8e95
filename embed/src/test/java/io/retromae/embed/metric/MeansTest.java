package io.retromae.embed.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeansTest {
  @Test
  void roundingIsThatOfPython() {
    assertEquals(0.12346, Means.rounded(0.123456789));
    assertEquals(0.0, Means.rounded(0.0000049));
    assertEquals(0.00002, Means.rounded(0.000015), "the double lies above the half");
    assertEquals(2.67527, Means.rounded(2.675265), "the double lies above the half");
    assertEquals(0.5, Means.rounded(0.5));
    assertTrue(Double.isNaN(Means.rounded(Double.NaN)));
  }

  @Test
  void sumsLoseNothingToLargeTerms() {
    assertEquals(2.0 / 4, Means.of(1, 1e100, 1, -1e100));
    assertEquals(0.1, Means.of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1));
    assertTrue(Double.isNaN(Means.of()));
    assertEquals(Double.POSITIVE_INFINITY, Means.of(1, Double.POSITIVE_INFINITY));
  }

  @Test
  void worstRowsComeLowestFirstTiesInOrder() {
    QueryScores scores =
        new QueryScores(List.of("a", "b", "c", "d"), Map.of("map", new double[] {1, 0, 0.5, 0}));

    assertEquals(List.of(1, 3, 2), scores.worst("map", 3));
    assertEquals(4, scores.worst("map", 9).size());
  }

  @Test
  void oneUndefinedDataSetLeavesTheAverageUndefined() {
    Averages averages =
        Averages.of(List.of(new Averages.Score("sts", Double.NaN), new Averages.Score("map", 1)));

    assertTrue(Double.isNaN(averages.overall()));
    assertEquals(1, averages.kinds().get("map"));
  }
}
