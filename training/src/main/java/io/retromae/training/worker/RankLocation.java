package io.retromae.training.worker;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.device.DeviceChoice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a task computes, as it tells the others.
 *
 * @param rank of the task
 * @param host of its executor
 * @param device its {@link DeviceChoice#identity}
 * @param nccl what it knows of NCCL; empty where that was not asked
 */
record RankLocation(int rank, String host, String device, String nccl) {
  /** A task that was not asked for NCCL. */
  RankLocation(int rank, String host, String device) {
    this(rank, host, device, "");
  }

  /** Whether it computes on a GPU. */
  boolean onGpu() {
    return !device.equals(DeviceChoice.ON_CPU.identity());
  }

  /**
   * Refuses two tasks on one GPU: both would run, each at less than half the speed, or out of
   * memory, and nothing would say why.
   *
   * @throws ConfigException naming both
   */
  static void refuseShared(List<RankLocation> locations) {
    Map<String, RankLocation> taken = new HashMap<>();
    for (RankLocation location : locations) {
      if (!location.onGpu()) {
        continue;
      }
      RankLocation other = taken.putIfAbsent(location.host() + " " + location.device(), location);
      if (other != null) {
        throw new ConfigException(
            ("ranks %d and %d compute on the same %s of host %s; let Spark assign GPUs:"
                    + " spark.executor.resource.gpu.amount (GPUs of an executor) and"
                    + " spark.task.resource.gpu.amount=1, or lower cluster.workers")
                .formatted(other.rank(), location.rank(), location.device(), location.host()));
      }
    }
  }
}
