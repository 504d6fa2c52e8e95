package io.retromae.etl.job;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark for tests: quiet, reachable from this machine only. */
final class LocalSpark {
  private LocalSpark() {}

  static SparkConf conf(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("test")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1");
  }

  /** A running one, which the caller stops. */
  static JavaSparkContext start(String master) {
    return new JavaSparkContext(conf(master));
  }
}
