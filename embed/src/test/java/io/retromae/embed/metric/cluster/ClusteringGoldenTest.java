package io.retromae.embed.metric.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.embed.metric.EvalGolden;
import io.retromae.embed.metric.random.NumpyRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Clusterings of scikit-learn, as mteb calls it. */
class ClusteringGoldenTest {
  private static final double TOLERANCE = 1e-12;
  private static final int SEED = 42;
  private static final JsonNode RECORDED = EvalGolden.json("clustering.json");
  private static final float[][] VECTORS = EvalGolden.vectors("clustering.vectors");
  private static final int[] LABELS = EvalGolden.ints(RECORDED.get("labels"));

  private static int number(String what, String text) {
    Matcher number = Pattern.compile(what + "\\D(\\d+)").matcher(text);
    return number.find() ? Integer.parseInt(number.group(1)) : -1;
  }

  @Test
  void measuresOfGivenAssignmentsEqual() {
    for (JsonNode given : RECORDED.get("given_assignments")) {
      String name = given.get("name").asText();

      VMeasure measure =
          VMeasure.of(EvalGolden.ints(given.get("labels")), EvalGolden.ints(given.get("clusters")));

      assertEquals(given.get("homogeneity").asDouble(), measure.homogeneity(), TOLERANCE, name);
      assertEquals(given.get("completeness").asDouble(), measure.completeness(), TOLERANCE, name);
      assertEquals(given.get("v_measure").asDouble(), measure.vMeasure(), TOLERANCE, name);
    }
  }

  @Test
  void firstCentresEqual() {
    int[] recorded = EvalGolden.ints(RECORDED.get("kmeans_plus_plus_seed_42"));

    assertArrayEquals(
        recorded, KMeansPlusPlus.choose(VECTORS, recorded.length, new NumpyRandom(SEED)));
  }

  @Test
  void assignmentsOfSetsEqual() {
    EvalGolden.members(RECORDED)
        .forEach(
            (name, recorded) -> {
              if (name.startsWith("one_set")) {
                String text = name + ", " + recorded.path("what").asText("");
                int batch = number("batch", text);

                int[] assigned = ClusteringMetrics.assign(VECTORS, LABELS, batch, SEED);

                assertArrayEquals(EvalGolden.ints(recorded.get("assignment")), assigned, name);
                assertEquals(
                    recorded.get("v_measure").asDouble(),
                    ClusteringMetrics.ofSet(VECTORS, LABELS, batch, SEED).mean(),
                    TOLERANCE,
                    name);
              }
            });
  }

  @Test
  void measuresOfSamplesEqual() {
    JsonNode recorded = RECORDED.get("bootstrapped");
    double[] measures = EvalGolden.doubles(recorded.get("v_measures"));

    ClusteringMetrics metrics =
        ClusteringMetrics.ofSamples(
            VECTORS,
            LABELS,
            measures.length,
            recorded.get("assignments_0").size(),
            number("batch", recorded.get("what").asText()),
            SEED);

    assertArrayEquals(measures, metrics.vMeasures(), TOLERANCE);
    assertEquals(recorded.get("v_measure").asDouble(), metrics.mean(), TOLERANCE);
  }

  @Test
  void measuresOverSeedsLieWhereTheRecordedOnesDo() {
    JsonNode recorded = RECORDED.get("over_60_seeds");
    int[] seeds = IntStream.range(0, 10).toArray();

    ClusteringMetrics metrics =
        ClusteringMetrics.ofSet(VECTORS, LABELS, ClusteringMetrics.BATCH_OF_SETS, seeds);

    assertEquals(
        recorded.get("mean").asDouble(), metrics.mean(), 2 * recorded.get("deviation").asDouble());
  }
}
