package io.retromae.training.worker;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.nccl.GpuLibraries;
import io.retromae.training.settings.ClusterSettings;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which implementation of the collective all tasks take; each comes to the same answer. */
final class BackendChoice {
  private static final Logger LOG = LoggerFactory.getLogger(BackendChoice.class);

  /** Begins what a task knows of an NCCL that it found. */
  private static final String VERSION = "version ";

  private BackendChoice() {}

  /**
   * What a task tells the others of its NCCL: the version, or why there is none.
   *
   * @param wanted whether anybody will ask
   */
  static String ncclOfThisTask(boolean wanted) {
    if (!wanted) {
      return "";
    }
    try {
      return VERSION + GpuLibraries.load().version();
    } catch (ConfigException | LinkageError e) { // a library of another kind of processor, say
      return String.valueOf(e.getMessage());
    }
  }

  /**
   * Whether NCCL may be taken at all, if devices allow it.
   *
   * @param tcpOnly whether traffic is to be encrypted or rounded, which NCCL's cannot be
   */
  static boolean ncclAllowed(ClusterSettings.Backend setting, boolean tcpOnly) {
    return setting != ClusterSettings.Backend.TCP && !tcpOnly;
  }

  /**
   * Whether vectors go by NCCL.
   *
   * @param setting cluster.collective
   * @throws ConfigException if NCCL is asked for and a task cannot have it
   */
  static boolean nccl(
      ClusterSettings.Backend setting, boolean tcpOnly, List<RankLocation> locations) {
    if (!ncclAllowed(setting, tcpOnly)) {
      if (setting == ClusterSettings.Backend.AUTO
          && locations.stream().allMatch(RankLocation::onGpu)) {
        LOG.warn("event=nccl_not_used collective=tcp reason=\"encrypted or rounded on the way\"");
      }
      return false;
    }
    List<String> obstacles = obstacles(locations);
    if (obstacles.isEmpty()) {
      return true;
    }
    if (setting == ClusterSettings.Backend.NCCL) {
      throw new ConfigException(
          obstacles.stream().map(o -> "cluster.collective = nccl, but " + o).toList());
    }
    if (locations.stream().allMatch(RankLocation::onGpu)) {
      LOG.warn("event=nccl_not_used collective=tcp reason=\"{}\"", obstacles.get(0));
    }
    return false;
  }

  private static List<String> obstacles(List<RankLocation> locations) {
    List<String> obstacles = new ArrayList<>();
    for (RankLocation location : locations) {
      String who = "rank %d (%s)".formatted(location.rank(), location.host());
      if (!location.onGpu()) {
        obstacles.add(
            who
                + " computes on the CPU; give it a GPU (spark.task.resource.gpu.amount=1,"
                + " compute.device: cuda) or use cluster.collective: auto");
      } else if (!location.nccl().startsWith(VERSION)) {
        obstacles.add("on " + who + " " + location.nccl());
      } else if (!location.nccl().equals(locations.get(0).nccl())) {
        obstacles.add(
            "%s has NCCL %s, rank 0 (%s) has %s; install one version everywhere"
                .formatted(who, location.nccl(), locations.get(0).host(), locations.get(0).nccl()));
      }
    }
    return obstacles;
  }
}
