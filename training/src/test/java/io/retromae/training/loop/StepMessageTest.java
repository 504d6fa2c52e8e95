package io.retromae.training.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.collective.Collective;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What ranks tell each other after a step. */
class StepMessageTest {
  private static StepMessage message(List<double[]> gauges) {
    List<double[]> losses = List.of(new double[] {3, 1, 2}, new double[] {4, 2, 2});
    return new StepMessage(
        new StepSums(losses, gauges, 900, 32, 3e9, 1.5, 20.25),
        new Collective.Times(7, 2),
        new double[] {0.5},
        new byte[] {9, 8},
        700_000_000,
        false,
        true);
  }

  @Test
  void aMessageArrivesAsItWasSent() {
    for (List<double[]> gauges :
        List.of(
            List.of(new double[] {5, 8, 0.1, 8}, new double[] {6, 8, 0.3, 0}),
            List.of(new double[0], new double[0]))) {
      StepMessage sent = message(gauges);

      StepMessage got = StepMessage.of(sent.toBytes());

      for (int shard = 0; shard < 2; shard++) {
        assertArrayEquals(sent.work().losses().get(shard), got.work().losses().get(shard));
        assertArrayEquals(gauges.get(shard), got.work().gauges().get(shard));
      }
      assertEquals(900, got.work().tokens());
      assertEquals(3e9, got.work().flops());
      assertEquals(20.25, got.work().computeMs());
      assertEquals(sent.exchange(), got.exchange());
      assertArrayEquals(sent.norms(), got.norms());
      assertArrayEquals(sent.note(), got.note());
      assertEquals(700_000_000, got.residentBytes());
      assertTrue(got.save() && !got.stop());
    }
  }

  @Test
  void aGaugeIsTheQuotientOfItsSumsOverShards() {
    List<double[]> shards = List.of(new double[] {5, 8, 1, 0}, new double[] {7, 8, 1, 0});

    Map<String, Double> figures = Gauges.of(List.of("accuracy", "hardest"), shards);

    assertEquals(Map.of("accuracy", 0.75), figures, "nothing to measure the other with");
  }
}
