package io.retromae.submit.spark;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Credentials;
import java.net.URL;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Starts Spark, and reaches storage before Spark is there. */
public final class Sessions {
  /** Where log4j looks for a user's own settings. */
  private static final List<String> LOG_SETTINGS =
      List.of("log4j2.properties", "log4j2.xml", "log4j2.yaml", "log4j2.json");

  /** Spark's own, and what names the keys of other stores. */
  private static final String REDACTED =
      "(?i)secret|password|token|(access|account|encryption|private)[.]?key|[.]sas[.]";

  private Sessions() {}

  /**
   * A context; the caller closes it.
   *
   * @throws ClusterException if Spark does not start, with its own reason
   */
  public static JavaSparkContext start(String name, SparkSetup setup) {
    SparkConf conf = setup.conf(); // system properties, as spark-submit hands them over, are in it
    conf.setIfMissing("spark.app.name", name);
    giveCredentials(conf, SparkHadoopUtil.get().newConfiguration(conf));
    JavaSparkContext spark = started(conf);
    if (!userConfiguredLogging(conf)) {
      spark.setLogLevel("ERROR");
    }
    return spark;
  }

  /**
   * Credentials that only this process has, by its environment or Hadoop's files here, become
   * properties of the application. Executors get those when they register, encrypted if Spark
   * encrypts, and Spark shows none of them; with tasks no credentials travel.
   *
   * @param hadoop what this process reaches storage with
   */
  static void giveCredentials(SparkConf conf, Configuration hadoop) {
    boolean given = false;
    for (String key : Credentials.keys(hadoop)) {
      given |= !conf.contains("spark.hadoop." + key);
      conf.setIfMissing("spark.hadoop." + key, hadoop.getRaw(key));
    }
    if (given) {
      conf.setIfMissing("spark.redaction.regex", REDACTED);
    }
  }

  private static JavaSparkContext started(SparkConf conf) {
    String where = "Spark cannot start with --master " + conf.get("spark.master");
    JavaSparkContext spark;
    try {
      spark = new JavaSparkContext(conf);
    } catch (Exception | LinkageError e) { // Scala declares nothing, so anything may come
      throw new ClusterException("%s: %s".formatted(where, reason(e)), e);
    }
    if (spark.sc().isStopped()) {
      throw new ClusterException(
          where + ": it stopped at once; no master took the application, or one ended it");
    }
    return spark;
  }

  /** The innermost of Spark's reasons that says something, in one line. */
  private static String reason(Throwable failure) {
    String found = failure.toString();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof UnknownHostException) {
        found = "unknown host: " + message;
      } else if (cause.getMessage() != null) {
        found = message;
      }
    }
    return found.lines().findFirst().orElse(failure.toString()).strip();
  }

  /** What a failure in mid-job means if it is only the echo of a context that has ended. */
  public static RuntimeException meaningOf(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.startsWith("Cannot call methods on a stopped SparkContext")
          || message.contains("because SparkContext was shut down")) {
        return new ClusterException(
            "Spark ended in the middle of the job: no master took the application, or somebody ended it there; the same command goes on",
            failure);
      }
    }
    return failure;
  }

  private static boolean userConfiguredLogging(SparkConf conf) {
    if (conf.contains("spark.log.level")) {
      return true;
    }
    if (Boolean.getBoolean("retromae.quiet")) { // the launcher has looked, and named our file
      return false;
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return System.getProperty("log4j2.configurationFile") != null
        || LOG_SETTINGS.stream().anyMatch(name -> present(loader, name));
  }

  private static boolean present(ClassLoader loader, String name) {
    URL found = loader == null ? null : loader.getResource(name);
    return found != null;
  }

  /**
   * Hadoop's configuration as the context will have it: its files on the class path
   * (HADOOP_CONF_DIR), the usual variables for S3, {@code spark.hadoop.*} properties.
   */
  public static Configuration hadoopConfiguration(GivenProperties given) {
    try {
      return SparkHadoopUtil.get().newConfiguration(given.conf());
    } catch (ExceptionInInitializerError e) { // it looks up this host's name, of all things
      throw new ClusterException(
          "Spark cannot start: %s; set SPARK_LOCAL_IP to an address of this machine"
              .formatted(reason(e)),
          e);
    }
  }
}
