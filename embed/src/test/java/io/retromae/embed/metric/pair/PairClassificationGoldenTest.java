package io.retromae.embed.metric.pair;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.embed.metric.EvalGolden;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pairs classified by mteb. */
class PairClassificationGoldenTest {
  private static final double TOLERANCE = 1e-12;
  private static final JsonNode RECORDED = EvalGolden.json("pair_classification.json");

  @Test
  void metricsOfScoresEqual() {
    for (JsonNode set : RECORDED.get("from_scores")) {
      String name = set.get("name").asText();

      PairClassificationMetrics metrics =
          PairClassificationMetrics.of(
              EvalGolden.doubles(set.get("scores")), EvalGolden.booleans(set.get("labels")));

      assertEquals(set.get("accuracy").asDouble(), metrics.accuracy(), TOLERANCE, name);
      assertEquals(set.get("f1").asDouble(), metrics.f1(), TOLERANCE, name);
      assertEquals(set.get("precision").asDouble(), metrics.precision(), TOLERANCE, name);
      assertEquals(set.get("recall").asDouble(), metrics.recall(), TOLERANCE, name);
      assertEquals(set.get("ap").asDouble(), metrics.ap(), TOLERANCE, name);
    }
  }

  @Test
  void metricsOfVectorsEqual() {
    Map<String, Double> metrics =
        PairClassificationMetrics.of(
            EvalGolden.vectors("pairs.a"),
            EvalGolden.vectors("pairs.b"),
            EvalGolden.booleans(RECORDED.get("labels")));

    EvalGolden.members(RECORDED.get("from_vectors"))
        .forEach(
            (name, recorded) -> {
              if (recorded.isNumber()) {
                assertEquals(recorded.asDouble(), metrics.get(name), TOLERANCE, name);
              }
              EvalGolden.members(recorded)
                  .forEach(
                      (metric, value) ->
                          assertEquals(
                              value.asDouble(),
                              metrics.get(name + "_" + metric),
                              TOLERANCE,
                              name + " " + metric));
            });
  }
}
