package io.retromae.submit;

import io.retromae.core.failure.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Starts Spark, with what our jobs need on top of what the user gave. */
final class Sessions {
  /** Each with its reason in docs/configuration.md. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.barrier.sync.timeout", "600s",
          "spark.speculation", "false",
          "spark.task.reaper.enabled", "true",
          "spark.task.reaper.killTimeout", "120s",
          "spark.ui.showConsoleProgress", "false",
          "spark.executorEnv.OMP_NUM_THREADS", "1");

  private final Optional<String> master;
  private final List<String> properties;

  Sessions(Optional<String> master, List<String> properties) {
    this.master = master;
    this.properties = List.copyOf(properties);
  }

  /** A context; the caller closes it. */
  JavaSparkContext start(String name) {
    SparkConf conf = new SparkConf().setAppName(name);
    DEFAULTS.forEach(conf::setIfMissing);
    for (String property : properties) {
      int equals = property.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("--spark-conf " + property + ": must be key=value");
      }
      conf.set(property.substring(0, equals), property.substring(equals + 1));
    }
    master.ifPresent(conf::setMaster);
    conf.setIfMissing("spark.master", "local[*]");
    if (conf.get("spark.master").startsWith("local[")) {
      // One machine: nothing outside it has to reach the driver.
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.ui.enabled", "false");
    }
    JavaSparkContext spark = new JavaSparkContext(conf);
    spark.setLogLevel("ERROR");
    return spark;
  }

  /** Hadoop's configuration without a running Spark: spark.hadoop.* properties and the files. */
  Configuration hadoopConfiguration() {
    Configuration configuration = new Configuration();
    String prefix = "spark.hadoop.";
    for (String property : properties) {
      int equals = property.indexOf('=');
      if (property.startsWith(prefix) && equals > 0) {
        configuration.set(
            property.substring(prefix.length(), equals), property.substring(equals + 1));
      }
    }
    return configuration;
  }

  /** The command that starts the same job on a cluster. */
  String sparkSubmit(String command) {
    StringBuilder line = new StringBuilder("spark-submit --class io.retromae.submit.Main");
    master.ifPresent(url -> line.append(" --master ").append(url));
    properties.forEach(property -> line.append(" --conf ").append(property));
    return line.append(" retromae-spark.jar ").append(command).append(" -c FILE ...").toString();
  }
}
