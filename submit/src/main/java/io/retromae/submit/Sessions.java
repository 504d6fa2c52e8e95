package io.retromae.submit;

import io.retromae.core.storage.Credentials;
import io.retromae.submit.spark.GivenProperties;
import io.retromae.submit.spark.SparkSetup;
import java.net.URL;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Starts Spark, and reaches storage before Spark is there. */
final class Sessions {
  /** Where log4j looks for a user's own settings. */
  private static final List<String> LOG_SETTINGS =
      List.of("log4j2.properties", "log4j2.xml", "log4j2.yaml", "log4j2.json");

  /** Spark's own, and what names the keys of other stores. */
  private static final String REDACTED =
      "(?i)secret|password|token|(access|account|encryption|private)[.]?key|[.]sas[.]";

  private Sessions() {}

  /** A context; the caller closes it. */
  static JavaSparkContext start(String name, SparkSetup setup) {
    SparkConf conf = setup.conf(); // system properties, as spark-submit hands them over, are in it
    conf.setIfMissing("spark.app.name", name);
    giveCredentials(conf, SparkHadoopUtil.get().newConfiguration(conf));
    JavaSparkContext spark = new JavaSparkContext(conf);
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
  static Configuration hadoopConfiguration(GivenProperties given) {
    return SparkHadoopUtil.get().newConfiguration(given.conf());
  }
}
