package io.retromae.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  private static final int CONFIGURATION = 2;
  private static final int STOPPED = 5;

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
    return Journey.onDisk(bySparkSubmit(cluster), Files.createDirectories(folder.resolve(name)));
  }

  private static Retromae bySparkSubmit(StandaloneCluster to) throws IOException {
    Retromae retromae = Retromae.bySparkSubmit("--master", to.url());
    for (String line : PROPERTIES.lines().toList()) {
      retromae = retromae.with("--spark-conf", line.replaceFirst("\\s+", "="));
    }
    return retromae;
  }

  @Test
  void rawTextBecomesAModel() throws Exception {
    Journey journey = journey("undisturbed");
    journey.etl();
    Child pretrain = journey.pretrain();
    assertEquals(2, pretrain.linesWith("event=worker ").size(), pretrain.output());
    journey.assertSameBytes();
  }

  @Test
  void lostExecutorsAndAStopCostNothingButTime() throws Exception {
    Journey journey = journey("disturbed");
    try (Child etl = journey.startEtl()) {
      etl.await("^inputs ");
      killAnExecutor(0);
      etl.done();
    }
    try (Child pretrain = journey.startPretrain()) {
      pretrain.await("^step=3 ");
      killAnExecutor(1);
      pretrain.await("event=failure");
      pretrain.await("^step=7 ");
      pretrain.signal("TERM");
      assertEquals(STOPPED, pretrain.exitCode(), pretrain.output());
      assertFalse(Files.exists(folder.resolve("disturbed/run/export")), pretrain.output());
    }
    try (Child pretrain = journey.startPretrain()) {
      pretrain.done();
      assertTrue(pretrain.linesWith("step=1 ").isEmpty(), pretrain.output());
    }
    journey.assertSameBytes();
  }

  /** Waits until a worker has started an executor of the application that runs, and kills it. */
  private static void killAnExecutor(int worker) throws Exception {
    Child host = cluster.workers().get(worker);
    while (host.alive()) {
      var executor = host.descendant("CoarseGrainedExecutorBackend");
      if (executor.isPresent()) {
        Child.signal(executor.get(), "KILL");
        return;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError(host.output());
  }

  @Test
  void addressesOfADiscoveryScriptReachTheWorkers() throws Exception {
    Path script =
        SparkHome.script(
            folder.resolve("gpus.sh"),
            "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
    Path withGpus =
        Files.writeString(
            folder.resolve("gpus.conf"),
            PROPERTIES
                + "spark.worker.resource.gpu.amount 2\nspark.worker.resource.gpu.discoveryScript %s\n"
                    .formatted(script));
    try (StandaloneCluster gpus =
        StandaloneCluster.start(Files.createDirectories(folder.resolve("gpus")), withGpus, 1, 2)) {
      Retromae retromae =
          bySparkSubmit(gpus)
              .with("--spark-conf", "spark.executor.resource.gpu.amount=1")
              .with("--spark-conf", "spark.task.resource.gpu.amount=1");
      Journey journey = Journey.onDisk(retromae, folder.resolve("gpus"));
      String corpus = "corpus=" + Journey.undisturbedCorpus();
      try (Child pretrain =
          journey.startPretrain("--set", corpus, "--set", "compute.device=cuda")) {
        assertEquals(CONFIGURATION, pretrain.exitCode(), pretrain.output());
        // Spark gave each worker its address; what is missing here is the GPU behind it.
        pretrain.await("Spark assigned GPU [01], but CUDA shows none");
      }
    }
  }
}
