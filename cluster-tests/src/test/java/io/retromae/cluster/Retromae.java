package io.retromae.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs {@code submit/retromae} as a user does, in a process of its own.
 *
 * @param environment on top of the test's
 * @param options given with every command, such as {@code --master URL}
 */
public record Retromae(Map<String, String> environment, List<String> options) {
  /** With Spark in the same process, of this build's version. */
  public static Retromae embedded() throws IOException {
    String jar = SparkHome.shippedJar("submit", "retromae-spark_").toString();
    return new Retromae(
        Map.of("SPARK_HOME", "", "RETROMAE_JAR", jar), List.of("--master", "local[2]"));
  }

  /** By spark-submit. */
  public static Retromae bySparkSubmit(String... options) throws IOException {
    return new Retromae(Map.of("SPARK_HOME", SparkHome.path().toString()), Arrays.asList(options));
  }

  /** The same with more options. */
  public Retromae with(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(Arrays.asList(more));
    return new Retromae(environment, List.copyOf(all));
  }

  /** The same with a variable of the environment. */
  public Retromae withVariable(String name, String value) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(name, value);
    return new Retromae(Map.copyOf(all), options);
  }

  /** Starts a command. */
  public Child start(String command, String... arguments) throws IOException {
    Path root = SparkHome.ROOT;
    List<String> line = new ArrayList<>();
    line.add(root.resolve("submit/retromae").toString());
    line.add(command);
    line.addAll(options);
    line.addAll(Arrays.asList(arguments));
    return Child.start("retromae " + command, root, environment, line);
  }
}
