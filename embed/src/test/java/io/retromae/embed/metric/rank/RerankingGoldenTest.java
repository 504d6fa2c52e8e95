package io.retromae.embed.metric.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.embed.metric.EvalGolden;
import io.retromae.embed.metric.rank.RerankingMetrics.Candidates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Candidates scored by scikit-learn, as mteb 1 did, and by mteb 2. */
class RerankingGoldenTest {
  private static final double TOLERANCE = 1e-12;
  private static final JsonNode RECORDED = EvalGolden.json("reranking.json");

  private static RerankingMetrics metrics() {
    Map<String, Candidates> queries = new LinkedHashMap<>();
    for (JsonNode query : RECORDED.get("queries")) {
      queries.put(
          "q" + queries.size(),
          new Candidates(
              EvalGolden.doubles(query.get("positive_scores")),
              EvalGolden.doubles(query.get("negative_scores"))));
    }
    return RerankingMetrics.of(queries);
  }

  @Test
  void averagePrecisionOfQueriesEquals() {
    RerankingMetrics metrics = metrics();
    List<JsonNode> queries = EvalGolden.list(RECORDED.get("queries"));

    for (int i = 0; i < queries.size(); i++) {
      int row = metrics.perQuery().queries().indexOf("q" + i);
      JsonNode recorded = queries.get(i).path("average_precision");
      assertEquals(
          recorded.isNumber(),
          row >= 0,
          "query " + i + ": left out without positives or negatives");
      if (row >= 0) {
        assertEquals(
            recorded.asDouble(), metrics.perQuery().values("map")[row], TOLERANCE, "query " + i);
      }
    }
  }

  @Test
  void meansEqual() {
    Map<String, Double> means = metrics().perQuery().means();

    assertEquals(RECORDED.get("map_of_mteb_1").asDouble(), means.get("map"), TOLERANCE);
    EvalGolden.members(RECORDED.get("mteb_2"))
        .forEach(
            (metric, mean) ->
                assertEquals(
                    mean.asDouble(),
                    means.get(metric),
                    metric.startsWith("mrr") ? TOLERANCE : 0.5e-5 + TOLERANCE,
                    metric));
  }
}
