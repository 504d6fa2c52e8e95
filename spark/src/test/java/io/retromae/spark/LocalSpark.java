package io.retromae.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Spark for tests: quiet, reachable from this machine only. A JVM has one at a time, so that all
 * test classes share it but those that say why they need their own.
 */
public final class LocalSpark {
  private LocalSpark() {}

  /** Settings of one that nobody else reaches. */
  public static SparkConf conf(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("test")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1");
  }

  /** The one that all tests share; nobody stops it. */
  public static JavaSparkContext shared() {
    return JavaSparkContext.fromSparkContext(session().sparkContext());
  }

  /** Its session; who changes settings makes a new one of it. */
  public static SparkSession session() {
    return SparkSession.builder().config(conf("local[2]")).getOrCreate();
  }

  /** One of its own kind, in the place of the shared one, until the caller closes it. */
  public static JavaSparkContext alone(SparkConf conf) {
    shared().stop();
    return new JavaSparkContext(conf);
  }
}
