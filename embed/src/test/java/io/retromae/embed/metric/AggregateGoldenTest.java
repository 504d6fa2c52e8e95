package io.retromae.embed.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C-MTEB's published rows: means of kinds, and an average that is over data sets. */
class AggregateGoldenTest {
  private static final JsonNode RECORDED = EvalGolden.json("aggregate.json");

  @Test
  void averagesAreOverDataSets() {
    for (JsonNode row : RECORDED.get("rows")) {
      List<Averages.Score> scores = new ArrayList<>();
      EvalGolden.members(RECORDED.get("data_sets"))
          .forEach(
              (label, count) -> {
                for (int i = 0; i < count.asInt(); i++) {
                  double mean = row.get("scores").get(label).asDouble();
                  scores.add(new Averages.Score(label, mean));
                }
              });

      Averages averages = Averages.of(scores);

      assertEquals(
          row.get("average_over_data_sets").asDouble(),
          averages.overall(),
          1e-12 * Math.abs(averages.overall()),
          row.get("model").asText());
      EvalGolden.members(row.get("scores"))
          .forEach(
              (label, mean) -> assertEquals(mean.asDouble(), averages.kinds().get(label), 1e-12));
    }
  }
}
