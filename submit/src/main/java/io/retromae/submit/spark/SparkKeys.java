package io.retromae.submit.spark;

import io.retromae.core.config.SettingNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.ConfigEntry$;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The properties that Spark knows, from its own registry: each with a converter that checks values.
 * Spark takes any name and ignores what it does not know, so a typing error shows as a default.
 */
public final class SparkKeys {
  private static final Logger LOG = LoggerFactory.getLogger(SparkKeys.class);

  /** Objects of Spark that register their properties when they are loaded. */
  private static final List<String> REGISTRIES =
      List.of(
          "internal.config.package$",
          "internal.config.Deploy$",
          "internal.config.History$",
          "internal.config.Kryo$",
          "internal.config.Network$",
          "internal.config.Python$",
          "internal.config.R$",
          "internal.config.Status$",
          "internal.config.Streaming$",
          "internal.config.UI$",
          "internal.config.Worker$",
          "deploy.yarn.config.package$",
          "deploy.k8s.Config$");

  /** Families whose names users or other parts of Spark make: nothing here can be near to right. */
  private static final List<String> FAMILIES =
      List.of(
          "spark.hadoop.",
          "spark.hive.",
          "spark.sql.",
          "spark.ssl.",
          "spark.metrics.",
          "spark.executorEnv.",
          "spark.yarn.appMasterEnv.",
          "spark.yarn.am.",
          "spark.kubernetes.driver.label.",
          "spark.kubernetes.driver.annotation.",
          "spark.kubernetes.driver.service.",
          "spark.kubernetes.driver.secret",
          "spark.kubernetes.driver.volumes.",
          "spark.kubernetes.driver.node.selector.",
          "spark.kubernetes.driverEnv.",
          "spark.kubernetes.executor.label.",
          "spark.kubernetes.executor.annotation.",
          "spark.kubernetes.executor.secret",
          "spark.kubernetes.executor.volumes.",
          "spark.kubernetes.executor.node.selector.",
          "spark.kubernetes.node.selector.",
          "spark.kubernetes.authenticate.",
          "spark.driver.resource.",
          "spark.executor.resource.",
          "spark.task.resource.",
          "spark.worker.resource.",
          "spark.plugins.");

  /** Read without an entry in the registry (Spark's documentation, "Configuration"). */
  private static final List<String> UNREGISTERED =
      List.of(
          "spark.master",
          "spark.app.name",
          "spark.app.id",
          "spark.app.submitTime",
          "spark.home",
          "spark.local.dir",
          "spark.driver.extraClassPath",
          "spark.jars.ivy",
          "spark.submit.pyFiles",
          "spark.yarn.queue",
          "spark.rpc.io.threads",
          "spark.rpc.io.serverThreads",
          "spark.shuffle.io.serverThreads",
          "spark.shuffle.io.clientThreads");

  private static final int NEAR = 2;

  private SparkKeys() {}

  /** Loads the registry once: parts of Spark that are not on the class path know no keys here. */
  private static final class Registry {
    static final TreeSet<String> NAMES = new TreeSet<>(UNREGISTERED);

    static {
      for (String name : REGISTRIES) {
        try {
          Class.forName("org.apache.spark." + name, true, SparkKeys.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
          LOG.debug("event=spark_keys_absent registry={} reason={}", name, e.toString());
        }
      }
      Collection<ConfigEntry<?>> entries = ConfigEntry$.MODULE$.knownConfigs().values();
      entries.forEach(entry -> NAMES.add(entry.key()));
    }
  }

  /** Whether Spark's registry has the name, or it belongs to a family that others extend. */
  public static boolean known(String key) {
    return Registry.NAMES.contains(key) || FAMILIES.stream().anyMatch(key::startsWith);
  }

  /** The known name that was probably meant by an unknown one. */
  public static Optional<String> meant(String key) {
    if (known(key)) {
      return Optional.empty();
    }
    Optional<String> otherCase =
        Registry.NAMES.stream().filter(name -> name.equalsIgnoreCase(key)).findFirst();
    return otherCase.or(() -> SettingNames.nearest(key, Registry.NAMES, NEAR));
  }

  /**
   * What is wrong with a value, in Spark's own words: no size, no time, no number, out of range.
   */
  public static Optional<String> refusal(String key, String value) {
    if (!known(key)) {
      return Optional.empty();
    }
    ConfigEntry<?> entry = ConfigEntry$.MODULE$.findEntry(key);
    if (entry == null) {
      return Optional.empty();
    }
    try {
      new SparkConf(false).set(key, value).get(entry);
      return Optional.empty();
    } catch (IllegalArgumentException e) { // NumberFormatException is one, too
      return Optional.of(firstLine(e));
    }
  }

  private static String firstLine(IllegalArgumentException e) {
    List<String> lines = new ArrayList<>(String.valueOf(e.getMessage()).lines().toList());
    return lines.isEmpty() ? e.toString() : lines.get(0);
  }
}
