package io.retromae.submit.spark;

import io.retromae.core.failure.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options of spark-submit, under its names and with its meaning: each stands for a Spark property.
 * The launcher hands them to spark-submit where there is one; without, they work here.
 */
public final class SparkOptions {
  /**
   * One option.
   *
   * @param name as spark-submit has it
   * @param property that it stands for; empty if only spark-submit can do what it says
   * @param label of the value
   * @param description for the help; empty: it works, but is not listed
   */
  private record Known(String name, String property, String label, String description) {}

  private static final List<Known> KNOWN =
      List.of(
          new Known(
              "--master",
              "spark.master",
              "URL",
              "local[4], local[*] (default), spark://HOST:7077, yarn, k8s://https://HOST:443."),
          new Known(
              "--deploy-mode",
              "spark.submit.deployMode",
              "MODE",
              "client (default): the driver runs here; cluster: there."),
          new Known("--name", "spark.app.name", "NAME", "Name of the application."),
          new Known("--queue", "spark.yarn.queue", "QUEUE", "Queue of YARN."),
          new Known("--driver-memory", "spark.driver.memory", "SIZE", "Heap of the driver."),
          new Known("--executor-memory", "spark.executor.memory", "SIZE", "Heap of an executor."),
          new Known("--executor-cores", "spark.executor.cores", "N", "Cores of an executor."),
          new Known(
              "--num-executors", "spark.executor.instances", "N", "Executors (YARN, Kubernetes)."),
          new Known("--total-executor-cores", "spark.cores.max", "N", "All cores (standalone)."),
          new Known("--jars", "spark.jars", "LIST", ""),
          new Known("--files", "spark.files", "LIST", ""),
          new Known("--archives", "spark.archives", "LIST", ""),
          new Known("--driver-cores", "spark.driver.cores", "N", ""),
          new Known("--driver-java-options", "spark.driver.extraJavaOptions", "OPTIONS", ""),
          new Known("--driver-class-path", "spark.driver.extraClassPath", "PATH", ""),
          new Known("--driver-library-path", "spark.driver.extraLibraryPath", "PATH", ""),
          new Known("--principal", "spark.kerberos.principal", "NAME", ""),
          new Known("--keytab", "spark.kerberos.keytab", "FILE", ""),
          new Known("--packages", "", "LIST", ""),
          new Known("--exclude-packages", "", "LIST", ""),
          new Known("--repositories", "", "LIST", ""),
          new Known("--proxy-user", "", "NAME", ""));

  /** What a command does with Spark's options. */
  public enum Use {
    /** It starts Spark. */
    JOB,
    /** It reaches storage as Spark would, by its properties. */
    STORAGE
  }

  private final Map<Known, String> given = new LinkedHashMap<>();
  private final List<String> conf = new ArrayList<>();
  private Optional<Path> propertiesFile = Optional.empty();

  /** Makes a command understand the options that do something there. */
  public void addTo(CommandSpec command, Use use) {
    for (Known known : use == Use.JOB ? KNOWN : List.<Known>of()) {
      command.addOption(
          option(List.of(known.name()), known.label(), known.description())
              .type(String.class)
              .setter(setter(value -> given.put(known, (String) value)))
              .build());
    }
    command.addOption(
        option(
                List.of("--conf", "--spark-conf"),
                "K=V",
                "A Spark property; repeatable, wins over what is worked out.")
            .type(String[].class)
            .getter(
                new picocli.CommandLine.Model.IGetter() {
                  @Override
                  @SuppressWarnings("unchecked")
                  public <T> T get() { // picocli adds to what is there
                    return (T) conf.toArray(String[]::new);
                  }
                })
            .setter(setter(values -> replaceConf((String[]) values)))
            .build());
    command.addOption(
        option(
                List.of("--properties-file"),
                "FILE",
                "Spark properties in place of spark-defaults.conf; see conf/spark-*.conf.")
            .type(Path.class)
            .setter(setter(value -> propertiesFile = Optional.of((Path) value)))
            .build());
  }

  private static OptionSpec.Builder option(List<String> names, String label, String description) {
    return OptionSpec.builder(names.toArray(String[]::new))
        .paramLabel(label)
        .description(description)
        .hidden(description.isEmpty());
  }

  private interface Taking {
    void take(Object value);
  }

  /** picocli tells of options that were not given, too: by null. */
  private static picocli.CommandLine.Model.ISetter setter(Taking taking) {
    return new picocli.CommandLine.Model.ISetter() {
      @Override
      @SuppressWarnings("unchecked")
      public <T> T set(T value) {
        if (value != null) {
          taking.take(value);
        }
        return null;
      }
    };
  }

  private void replaceConf(String[] values) {
    conf.clear();
    conf.addAll(Arrays.asList(values));
  }

  /** The file of Spark properties that was named. */
  public Optional<Path> propertiesFile() {
    return propertiesFile;
  }

  /** Words for spark-submit that no property can say. */
  public List<String> submitOnly() {
    List<String> words = new ArrayList<>();
    given.forEach(
        (known, value) -> {
          if (known.property().isEmpty()) {
            words.addAll(List.of(known.name(), value));
          }
        });
    return words;
  }

  /**
   * All Spark properties that the user gave, here and elsewhere.
   *
   * @param environment of this process
   * @throws ConfigException if a file cannot be read or a property is no key=value
   */
  public GivenProperties properties(Map<String, String> environment) {
    GivenProperties properties = new GivenProperties();
    if (!GivenProperties.fromSparkSubmit()) {
      propertiesFile
          .or(() -> GivenProperties.sparkDefaults(environment))
          .ifPresent(properties::file);
    }
    properties.systemProperties();
    given.forEach(
        (known, value) -> {
          if (!known.property().isEmpty()) {
            properties.put(known.property(), value, known.name());
          }
        });
    for (String property : conf) {
      int equals = property.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("--conf " + property + ": must be key=value");
      }
      properties.put(property.substring(0, equals), property.substring(equals + 1), "--conf");
    }
    String mode = properties.get("spark.submit.deployMode").orElse("client");
    if (!Set.of("client", "cluster").contains(mode)) {
      throw new ConfigException("--deploy-mode " + mode + ": must be client or cluster");
    }
    return properties;
  }

  /**
   * Refuses what needs a spark-submit, before Spark is started in this process.
   *
   * @param properties all that were given
   */
  public void refuseWithoutSubmit(GivenProperties properties) {
    if (GivenProperties.fromSparkSubmit()) {
      return;
    }
    List<String> problems = new ArrayList<>();
    if (properties.clusterMode()) {
      problems.add("--deploy-mode cluster: only spark-submit can do that; set SPARK_HOME");
    }
    given.keySet().stream()
        .filter(known -> known.property().isEmpty())
        .forEach(
            known ->
                problems.add(known.name() + ": only spark-submit can do that; set SPARK_HOME"));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** A command line's words without those that are for spark-submit, and without --dry-run. */
  public static List<String> withoutSpark(List<String> words) {
    Set<String> withValue = new HashSet<>(KNOWN.stream().map(Known::name).toList());
    withValue.addAll(List.of("--conf", "--spark-conf", "--properties-file"));
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean joined = withValue.contains(word.replaceFirst("=.*", ""));
      if (withValue.contains(word)) {
        i++;
      } else if (!joined && !word.equals("--dry-run")) {
        kept.add(word);
      }
    }
    return kept;
  }
}
