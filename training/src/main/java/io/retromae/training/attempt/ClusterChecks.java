package io.retromae.training.attempt;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.settings.OptimizerSettings.AllreduceDtype;
import io.retromae.training.settings.TrainingSettings;
import io.retromae.training.worker.Rendezvous;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;

/** Settings of a cluster, ours and Spark's, under which training could not work, or not well. */
public final class ClusterChecks {
  private ClusterChecks() {}

  /**
   * Everything that {@link #check} and the encryption of connections refuse, at once and before a
   * context is there.
   *
   * @param onCluster whether executors are processes of their own
   */
  public static List<String> problems(SparkConf conf, ClusterSettings cluster, boolean onCluster) {
    List<String> problems = new ArrayList<>();
    if (onCluster) {
      note(problems, () -> checkAllocation(conf));
      note(problems, () -> checkThreads(conf, cluster));
    }
    note(problems, () -> EncryptionPolicy.encrypts(cluster, conf));
    return problems;
  }

  private static void note(List<String> problems, Runnable check) {
    try {
      check.run();
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
  }

  /**
   * Checks what the engine is told, before there is a cluster.
   *
   * @throws ConfigException if it can never work
   */
  public static void check(TrainingSettings settings, int logicalShards) {
    ClusterSettings cluster = settings.cluster();
    WorldSizes.of(logicalShards, cluster);
    Rendezvous.ports(cluster);
    if (settings.optimizer().allreduceDtype() == AllreduceDtype.BFLOAT16
        && cluster.collective() == ClusterSettings.Backend.NCCL) {
      throw new ConfigException(
          "optimizer.allreduce_dtype = bfloat16: cluster.collective = nccl sums what it is given,"
              + " float32; use cluster.collective: tcp, or float32");
    }
  }

  /**
   * Checks before anything is started.
   *
   * @throws ConfigException naming the setting to change
   */
  public static void check(SparkConf conf, ClusterSettings cluster) {
    checkAllocation(conf);
    checkThreads(conf, cluster);
  }

  private static void checkAllocation(SparkConf conf) {
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new ConfigException(
          "spark.dynamicAllocation.enabled = true: Spark runs no barrier stage with it; set it to"
              + " false (lost and new executors are followed all the same: cluster.min_workers)");
    }
  }

  /** Spark lets a task have its cores; more threads than cores make a step many times slower. */
  private static void checkThreads(SparkConf conf, ClusterSettings cluster) {
    int cores = conf.getInt("spark.task.cpus", 1);
    int threads = cluster.threadsPerWorker().orElse(cores);
    if (threads > cores) {
      throw new ConfigException(
          "cluster.threads_per_worker = %d: spark.task.cpus is %d; raise that, or leave the setting null"
              .formatted(threads, cores));
    }
  }
}
