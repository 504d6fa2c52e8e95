package io.retromae.submit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Our version and those of what we run on. */
final class Version implements IVersionProvider {
  private static Properties build() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      properties.load(in);
    }
    return properties;
  }

  @Override
  public String[] getVersion() throws IOException {
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
