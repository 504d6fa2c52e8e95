package io.retromae.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.settings.ClusterSettings.Backend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackendChoiceTest {
  private static final RankLocation GPU = new RankLocation(0, "a", "gpu 0", "version 22602");
  private static final RankLocation SECOND_GPU = new RankLocation(1, "b", "gpu 0", "version 22602");
  private static final RankLocation CPU = new RankLocation(1, "b", "cpu", "");
  private static final RankLocation NO_LIBRARY =
      new RankLocation(1, "b", "gpu 0", "libnccl.so.2 was not found");
  private static final RankLocation OTHER_VERSION =
      new RankLocation(1, "b", "gpu 0", "version 23203");

  private static String refusal(RankLocation location) {
    return assertThrows(
            ConfigException.class,
            () -> BackendChoice.nccl(Backend.NCCL, false, List.of(GPU, location)))
        .getMessage();
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"AUTO", "NCCL"})
  void gpusEverywhereTakeNccl(Backend setting) {
    assertTrue(BackendChoice.nccl(setting, false, List.of(GPU, SECOND_GPU)));
  }

  @Test
  void tcpAndEncryptionTakeTcpOnGpusToo() {
    assertFalse(BackendChoice.nccl(Backend.TCP, false, List.of(GPU, SECOND_GPU)));
    assertFalse(BackendChoice.nccl(Backend.AUTO, true, List.of(GPU, SECOND_GPU)));
  }

  @Test
  void autoTakesTcpWhereOneTaskCannotHaveNccl() {
    for (RankLocation location : List.of(CPU, NO_LIBRARY, OTHER_VERSION)) {
      assertFalse(BackendChoice.nccl(Backend.AUTO, false, List.of(GPU, location)));
    }
  }

  @Test
  void ncclAskedForInVainIsRefusedNamingRankHostAndReason() {
    assertEquals(
        "cluster.collective = nccl, but rank 1 (b) computes on the CPU; give it a GPU"
            + " (spark.task.resource.gpu.amount=1, compute.device: cuda) or use"
            + " cluster.collective: auto",
        refusal(CPU));
    assertEquals(
        "cluster.collective = nccl, but on rank 1 (b) libnccl.so.2 was not found",
        refusal(NO_LIBRARY));
    assertEquals(
        "cluster.collective = nccl, but rank 1 (b) has NCCL version 23203, rank 0 (a) has"
            + " version 22602; install one version everywhere",
        refusal(OTHER_VERSION));
  }

  @Test
  void aTaskThatNobodyAsksLoadsNothing() {
    assertEquals("", BackendChoice.ncclOfThisTask(false));
  }
}
