package io.retromae.embed.metric.pair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.embed.metric.EvalGolden;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Correlations computed by scipy, similarities by scikit-learn. */
class StsGoldenTest {
  private static final double TOLERANCE = 1e-12;

  /** The recorded similarities were computed in float32. */
  private static final double OF_FLOAT32 = 1e-6;

  private static final JsonNode RECORDED = EvalGolden.json("sts.json");

  @Test
  void correlationsOfScoresEqual() {
    for (JsonNode set : RECORDED.get("from_scores")) {
      double[] gold = EvalGolden.doubles(set.get("gold"));
      double[] scores = EvalGolden.doubles(set.get("scores"));
      String name = set.get("name").asText();

      double spearman = EvalGolden.number(set.get("spearman"));
      assertEquals(spearman, Correlation.spearman(gold, scores), TOLERANCE, name);
      double pearson = EvalGolden.number(set.get("pearson"));
      assertEquals(pearson, Correlation.pearson(gold, scores), TOLERANCE, name);
    }
  }

  @Test
  void correlationsOfVectorsEqual() {
    JsonNode recorded = RECORDED.get("from_vectors");
    float[][] a = EvalGolden.vectors("sts.a");
    float[][] b = EvalGolden.vectors("sts.b");

    Map<String, Double> metrics = StsMetrics.of(a, b, EvalGolden.doubles(RECORDED.get("gold")));

    for (String measure : new String[] {"cosine", "manhattan", "euclidean"}) {
      for (String kind : new String[] {"spearman", "pearson"}) {
        assertEquals(
            recorded.get(measure).get(kind).asDouble(),
            metrics.get(measure + "_" + kind),
            OF_FLOAT32,
            measure + " " + kind);
      }
    }
    assertArrayEquals(
        EvalGolden.doubles(recorded.get("cosine_scores")),
        Similarity.COSINE.ofPairs(a, b),
        OF_FLOAT32);
  }
}
