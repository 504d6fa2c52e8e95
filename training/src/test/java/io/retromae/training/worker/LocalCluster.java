package io.retromae.training.worker;

import io.retromae.spark.LocalSpark;
import org.apache.spark.SparkConf;

/** Spark with executors in processes of their own, on this machine, from the test's class path. */
public final class LocalCluster {
  /** Of two cores here, compilers and collectors of several JVMs would take a large part. */
  private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private LocalCluster() {}

  /** Settings for executors of one core; what local Spark has no use for does no harm there. */
  public static SparkConf conf(String master) {
    return LocalSpark.conf(master)
        .set("spark.executor.memory", "1g")
        .set("spark.executor.extraJavaOptions", QUICK_START)
        .set("spark.executor.cores", "1")
        .set("spark.deploy.maxExecutorRetries", "-1") // killed executors are replaced for ever
        .set("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .set("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "120")
        .set("spark.barrier.sync.timeout", "60s")
        .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .set("spark.executorEnv.DJL_CACHE_DIR", System.getenv("DJL_CACHE_DIR"))
        .set("spark.executorEnv.OMP_NUM_THREADS", "1");
  }
}
