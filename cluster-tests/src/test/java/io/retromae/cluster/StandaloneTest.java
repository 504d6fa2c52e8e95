package io.retromae.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers that encrypt and ask for a secret, as processes, by spark-submit. */
class StandaloneTest {
  private static final String PROPERTIES =
      """
      spark.authenticate                 true
      spark.authenticate.secret          known-to-this-test
      spark.network.crypto.enabled       true
      spark.driver.host                  127.0.0.1
      spark.ui.enabled                   false
      spark.executor.cores               1
      spark.executor.memory              900m
      spark.cores.max                    2
      """;

  @TempDir static Path folder;
  private static StandaloneCluster cluster;
  private static Path properties;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    properties = Files.writeString(folder.resolve("spark.conf"), PROPERTIES);
    cluster = StandaloneCluster.start(folder, properties, 2, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Journey journey(String name) throws IOException {
    Retromae retromae = Retromae.bySparkSubmit("--master", cluster.url());
    for (String line : PROPERTIES.lines().toList()) {
      retromae = retromae.with("--spark-conf", line.replaceFirst("\\s+", "="));
    }
    return Journey.onDisk(retromae, Files.createDirectories(folder.resolve(name)));
  }

  @Test
  void rawTextBecomesAModel() throws Exception {
    Journey journey = journey("undisturbed");
    try (Child etl = journey.startEtl()) {
      etl.done();
    }
    try (Child pretrain = journey.startPretrain()) {
      pretrain.done();
      assertEquals(2, pretrain.linesWith("event=worker ").size(), pretrain.output());
    }
    journey.assertSameBytes();
  }
}
