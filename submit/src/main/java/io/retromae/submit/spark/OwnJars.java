package io.retromae.submit.spark;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where our own jars lie: the one that is submitted, and the one for S3. */
public final class OwnJars {
  private OwnJars() {}

  /**
   * The jar to submit: one that only Spark reaches, if RETROMAE_JAR names such; else that which
   * this class came from, in a source tree the one that the build makes.
   *
   * @param name of the jar that the build makes
   */
  public static String main(Map<String, String> environment, String name) {
    String given = environment.getOrDefault("RETROMAE_JAR", "");
    if (given.contains("://")) {
      return given;
    }
    try {
      CodeSource source = OwnJars.class.getProtectionDomain().getCodeSource();
      Path from = Path.of(source.getLocation().toURI());
      return Files.isRegularFile(from)
          ? from.toString()
          : from.resolveSibling(name).toString(); // target/classes beside target/X.jar
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The jar with hadoop-aws, as the launcher found it, if a job needs it and neither Spark nor an
   * image that has our jar brings hadoop-aws itself.
   *
   * @param inImage whether all runs from an image
   * @param texts arguments and configuration, searched for s3a:// paths
   */
  public static List<String> s3(
      Map<String, String> environment, boolean inImage, List<String> texts) {
    String jar = environment.getOrDefault("RETROMAE_S3_JAR", "");
    boolean wanted = texts.stream().anyMatch(text -> text.contains("s3a://"));
    return jar.isEmpty() || inImage || !wanted || sparkHasAws(environment)
        ? List.of()
        : List.of(jar);
  }

  private static boolean sparkHasAws(Map<String, String> environment) {
    Optional<Path> jars =
        Optional.ofNullable(environment.get("SPARK_HOME"))
            .map(home -> Path.of(home, "jars"))
            .filter(Files::isDirectory);
    if (jars.isEmpty()) {
      return false;
    }
    try (Stream<Path> files = Files.list(jars.get())) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("hadoop-aws"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(jars.get() + ": cannot be listed", e);
    }
  }
}
