package io.retromae.pretrain.job;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark in this process, whose workers are threads; the caller stops it. */
public final class LocalSpark {
  private LocalSpark() {}

  /** Starts one with so many slots. */
  public static JavaSparkContext start(int slots) {
    return new JavaSparkContext(
        new SparkConf()
            .setMaster("local[" + slots + "]")
            .setAppName("test")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1"));
  }
}
