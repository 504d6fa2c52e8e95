package io.retromae.training.worker;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankLocationTest {
  @Test
  void twoTasksOfAHostOnOneGpuAreRefusedWithTheRemedy() {
    List<RankLocation> locations =
        List.of(
            new RankLocation(0, "a", "gpu 0"),
            new RankLocation(1, "b", "gpu 0"),
            new RankLocation(2, "a", "gpu 0"));

    var refusal = assertThrows(ConfigException.class, () -> RankLocation.refuseShared(locations));

    assertTrue(refusal.getMessage().contains("ranks 0 and 2 compute on the same gpu 0 of host a"));
    assertTrue(refusal.getMessage().contains("spark.task.resource.gpu.amount=1"));
  }

  @Test
  void tasksOnTheCpuOrOnTheirOwnGpusShareAHost() {
    assertDoesNotThrow(
        () ->
            RankLocation.refuseShared(
                List.of(
                    new RankLocation(0, "a", "cpu"),
                    new RankLocation(1, "a", "cpu"),
                    new RankLocation(2, "a", "gpu 0"),
                    new RankLocation(3, "a", "gpu 1"),
                    new RankLocation(4, "b", "gpu 0"))));
  }
}
