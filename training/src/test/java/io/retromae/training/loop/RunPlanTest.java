package io.retromae.training.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunPlanTest {
  @Test
  void everyMicroBatchOfEveryStepAndShardDropsOtherValues() {
    Set<Long> seeds = new HashSet<>();
    for (long runSeed = 1; runSeed <= 3; runSeed++) {
      RunPlan plan =
          new RunPlan(
              8,
              1,
              4,
              List.of(100L),
              LossReduction.MICRO_BATCH,
              10,
              10,
              Optional.empty(),
              1,
              runSeed);
      for (long step = 0; step < 50; step++) {
        for (int shard = 0; shard < 8; shard++) {
          for (int microBatch = 0; microBatch < 4; microBatch++) {
            long seed = plan.dropoutSeed(step, shard, microBatch);

            assertTrue(seed >= 0, "a negative seed means no dropout");
            assertTrue(
                seeds.add(seed), "again at step %d, %d, %d".formatted(step, shard, microBatch));
          }
        }
      }
    }
  }
}
