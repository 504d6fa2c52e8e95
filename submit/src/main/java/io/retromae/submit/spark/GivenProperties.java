package io.retromae.submit.spark;

import io.retromae.core.failure.ConfigException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.spark.SparkConf;

/**
 * The Spark properties that the user gave, by whatever way; the last source to name one wins. The
 * order is Spark's: spark-defaults.conf or a properties file in its place, then what spark-submit
 * hands over as system properties, then the command line.
 */
public final class GivenProperties {
  private static final String SPARK = "spark.";

  private final Map<String, SparkProperty> properties = new TreeMap<>();

  /**
   * Files of the launcher's environment, where no spark-submit has read them.
   *
   * @param environment of this process
   */
  public static Optional<Path> sparkDefaults(Map<String, String> environment) {
    Optional<String> folder =
        Optional.ofNullable(environment.get("SPARK_CONF_DIR"))
            .or(() -> Optional.ofNullable(environment.get("SPARK_HOME")).map(h -> h + "/conf"));
    return folder.map(f -> Path.of(f, "spark-defaults.conf")).filter(Files::isRegularFile);
  }

  /** Whether this process was started by spark-submit, which has read files and options itself. */
  public static boolean fromSparkSubmit() {
    return System.getProperty("spark.submit.deployMode") != null;
  }

  /**
   * Reads a file of properties as spark-submit does: keys that are not Spark's are left out.
   *
   * @throws ConfigException if it cannot be read
   */
  public GivenProperties file(Path file) {
    Properties read = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      read.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(file + ": cannot be read: no such file, or no text", e);
    }
    for (String key : read.stringPropertyNames()) {
      if (key.startsWith(SPARK)) {
        put(key, read.getProperty(key).strip(), file.toString());
      }
    }
    return this;
  }

  /** System properties of this process: those of spark-submit, or of {@code java -D}. */
  public GivenProperties systemProperties() {
    for (String key : System.getProperties().stringPropertyNames()) {
      if (key.startsWith(SPARK)) {
        put(key, System.getProperty(key), fromSparkSubmit() ? "spark-submit" : "java -D");
      }
    }
    return this;
  }

  /** One property; a later one of the same name replaces it. */
  public GivenProperties put(String key, String value, String origin) {
    properties.put(key, new SparkProperty(key, value, origin));
    return this;
  }

  /** One value, if it was given. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(properties.get(key)).map(SparkProperty::value);
  }

  /** Whether the driver is to run on the cluster. */
  public boolean clusterMode() {
    return get("spark.submit.deployMode").filter("cluster"::equals).isPresent();
  }

  /** All, by name. */
  public Map<String, SparkProperty> all() {
    return new LinkedHashMap<>(properties);
  }

  /** As Spark holds them, and nothing else. */
  public SparkConf conf() {
    SparkConf conf = new SparkConf(false);
    properties.values().forEach(property -> conf.set(property.key(), property.value()));
    return conf;
  }
}
