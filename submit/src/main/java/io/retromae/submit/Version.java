package io.retromae.submit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Our version and those of what we run on. */
final class Version implements IVersionProvider {
  private static Properties build() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("build.properties of our jar cannot be read", e);
    }
    return properties;
  }

  /** The assembled jar's name. */
  static String jarName() {
    Properties build = build();
    return "retromae-spark_%s-%s.jar"
        .formatted(build.getProperty("scala"), build.getProperty("version"));
  }

  @Override
  public String[] getVersion() {
    Properties build = build();
    return new String[] {
      "retromae-spark " + build.getProperty("version"),
      "spark %s, scala %s"
          .formatted(org.apache.spark.package$.MODULE$.SPARK_VERSION(), build.getProperty("scala")),
      "djl %s, libtorch %s".formatted(build.getProperty("djl"), build.getProperty("libtorch")),
      "java " + System.getProperty("java.version")
    };
  }
}
