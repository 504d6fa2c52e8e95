package io.retromae.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Spark distribution: the one that {@code -Dretromae.spark.home=DIR} names, or one put together
 * from the jars of a Maven registry, with scripts that do what the distribution's do: ask Spark's
 * own launcher for the command line.
 */
public final class SparkHome {
  /** Where the sources are. */
  public static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  /** {@code target}, or that of the Spark 3.5 profile. */
  public static final String BUILD_FOLDER = System.getProperty("retromae.build.folder");

  private static final String SPARK_CLASS =
      """
      #!/usr/bin/env bash
      set -euo pipefail
      export SPARK_HOME=$(cd "$(dirname "$0")/.." && pwd)
      java=${JAVA_HOME:+$JAVA_HOME/bin/}java
      # A zero byte and a line's end, then the parts of the command, each ended by a zero byte.
      mapfile -d '' -t command < <("$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@")
      [ "${#command[@]}" -gt 1 ] || exit 1
      exec "${command[1]#$'\\n'}" "${command[@]:2}"
      """;

  private static final String SPARK_SUBMIT =
      """
      #!/usr/bin/env bash
      exec "$(dirname "$0")/spark-class" org.apache.spark.deploy.SparkSubmit "$@"
      """;

  private static Path made;

  private SparkHome() {}

  /** Its folder. */
  public static synchronized Path path() throws IOException {
    Optional<String> given = Optional.ofNullable(System.getProperty("retromae.spark.home"));
    if (given.isPresent() && !given.get().isEmpty()) {
      return Path.of(given.get());
    }
    if (made == null) {
      made = assemble(Files.createTempDirectory("spark-home"));
    }
    return made;
  }

  private static Path assemble(Path home) throws IOException {
    Path list = ROOT.resolve("spark-home").resolve(BUILD_FOLDER).resolve("jars.classpath");
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String jar : Files.readString(list).strip().split(File.pathSeparator)) {
      Path file = Path.of(jar);
      Files.createSymbolicLink(jars.resolve(file.getFileName()), file);
    }
    Path bin = Files.createDirectories(home.resolve("bin"));
    script(bin.resolve("spark-class"), SPARK_CLASS);
    script(bin.resolve("spark-submit"), SPARK_SUBMIT);
    return home;
  }

  /** Our jar of a module, made by this build; its name goes on with the version of Scala. */
  public static Path shippedJar(String module, String name) throws IOException {
    Path folder = ROOT.resolve(module).resolve(BUILD_FOLDER);
    Pattern pattern = Pattern.compile(Pattern.quote(name) + "2\\.1\\d-[0-9.]+\\.jar");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> pattern.matcher(file.getFileName().toString()).matches()).toList();
      if (found.size() != 1) {
        throw new IllegalStateException("jars " + pattern + " in " + folder + ": " + found);
      }
      return found.get(0);
    }
  }

  /** Writes a program that can be run. */
  public static Path script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The command line of one of Spark's own classes. */
  public static List<String> sparkClass(String name, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(path().resolve("bin/spark-class").toString());
    command.add(name);
    command.addAll(arguments);
    return command;
  }
}
