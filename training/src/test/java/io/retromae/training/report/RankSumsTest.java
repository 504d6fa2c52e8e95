package io.retromae.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class RankSumsTest {
  private static JsonNode row(String ranks, int slowest) throws Exception {
    return new ObjectMapper()
        .readTree("{\"rank_compute_ms\":%s,\"slowest_rank\":%d}".formatted(ranks, slowest));
  }

  @Test
  void aRankIsJudgedByTheStepsThatItTookPartIn() throws Exception {
    RankSums sums = new RankSums();
    sums.add(row("[100]", 0));
    sums.add(row("[100]", 0));
    sums.add(row("[100]", 0));
    sums.add(row("[200, 400]", 1));

    assertEquals(125, sums.mean(0, RankSums.Part.COMPUTE));
    assertEquals(400, sums.mean(1, RankSums.Part.COMPUTE));
    assertEquals(0.75, sums.slowestShare(0));
    assertEquals(1, sums.slowestShare(1));
    assertEquals(0, sums.mean(1, RankSums.Part.DATA));
  }
}
