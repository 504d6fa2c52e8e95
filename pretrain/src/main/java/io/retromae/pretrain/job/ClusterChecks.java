package io.retromae.pretrain.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.pretrain.config.ClusterSettings;
import org.apache.spark.SparkConf;

/** Spark settings of a cluster under which training could not work, or not well. */
final class ClusterChecks {
  private ClusterChecks() {}

  /**
   * Checks before anything is started.
   *
   * @throws ConfigException naming the setting to change
   */
  static void check(SparkConf conf, ClusterSettings cluster) {
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new ConfigException(
          "spark.dynamicAllocation.enabled = true: Spark runs no barrier stage with it; set it to"
              + " false (lost and new executors are followed all the same: cluster.min_workers)");
    }
    checkThreads(conf, cluster);
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
