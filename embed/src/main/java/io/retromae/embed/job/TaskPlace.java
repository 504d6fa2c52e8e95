package io.retromae.embed.job;

import io.retromae.embed.encoder.Place;
import io.retromae.training.device.DeviceChoice;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * Where the models of a task compute: on the GPU that Spark assigned to it, and with as many
 * threads as Spark gives cores to its process, whose tasks share a model. More threads than that
 * would fight with those of the executors beside it.
 */
public final class TaskPlace {
  private static final String CORES = "spark.executor.cores";

  /** local, local[4], local[4,2], local[*]; not local-cluster[...]. */
  private static final Pattern LOCAL = Pattern.compile("local(\\[(\\*|\\d+)(,\\s*\\d+)?])?");

  private TaskPlace() {}

  /** That of the task that this thread runs; all processors outside a task. */
  public static Place here() {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return Place.here();
    }
    ResourceInformation gpus = task.resourcesJMap().get(DeviceChoice.RESOURCE);
    return new Place(
        gpus == null ? List.of() : List.of(gpus.addresses()),
        threads(SparkEnv.get().conf(), Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Cores of an executor (Spark's documentation, "Configuration", {@code spark.executor.cores}: one
   * on YARN and Kubernetes unless it is set, all that a standalone worker has).
   *
   * @param processors that this process may use
   */
  static int threads(SparkConf conf, int processors) {
    String master = conf.get("spark.master", "");
    Matcher local = LOCAL.matcher(master);
    int cores;
    if (local.matches()) {
      String given = local.group(1) == null ? "1" : local.group(2);
      cores = given.equals("*") ? processors : Integer.parseInt(given);
    } else {
      boolean one = master.startsWith("yarn") || master.startsWith("k8s");
      cores = conf.getInt(CORES, one ? 1 : processors);
    }
    return Math.max(1, Math.min(cores, processors));
  }
}
