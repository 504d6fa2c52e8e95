package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.Saboteur;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.worker.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** Whole trainings in executor processes, with trouble that is not their own death. */
@EnabledOnOs(OS.LINUX)
class ClusterTroubleTest {
  private static final int SCAN = 1_000;

  @TempDir static Path folder;
  private static Path orders;
  private static JavaSparkContext spark;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600);
    orders = Files.createDirectory(folder.resolve("orders"));
    spark =
        new JavaSparkContext(
            TroubledFileSystem.install(LocalCluster.conf("local-cluster[2,1,1024]"), orders)
                .set("spark.decommission.enabled", "true")
                .set("spark.storage.decommission.enabled", "true"));
    train(new Saboteur((step, by) -> {}), "undisturbed", "cluster.workers=1");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static TrainingReport train(RunConsole console, String output, String... more)
      throws IOException {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, output));
    settings.add("schedule.max_steps=20");
    settings.add("data.gradient_accumulation_steps=4");
    settings.add("checkpoint.save_steps=2");
    settings.addAll(List.of(more));
    var config = ConfigLoader.load(PretrainConfig.class, List.of(), settings);
    return new PretrainJob(spark, config, console).run(OutputMode.RESUME);
  }

  private static void assertUndisturbed(String output) throws IOException {
    assertArrayEquals(
        PretrainJobTest.weights(folder.resolve("undisturbed")),
        PretrainJobTest.weights(folder.resolve(output)));
  }

  private static void order(String trouble) {
    try {
      Files.createFile(orders.resolve(trouble));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void takeBack(String trouble) {
    try {
      Files.deleteIfExists(orders.resolve(trouble));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void deathWhileSavingAFullDiskAndAnExceptionInOneRankCostNothingButTime() throws IOException {
    String[] troubles = {
      "kill@optimizer-00002-of-00002.safetensors",
      "full@optimizer-00001-of-00002.safetensors",
      "throw@optimizer-00002-of-00002.safetensors"
    };
    int[] ordered = {0};
    Saboteur saboteur =
        new Saboteur(
            (step, by) -> {
              boolean next = by.linesWith("event=failure").size() == ordered[0];
              if (next && ordered[0] < troubles.length && step >= 3 + 4 * ordered[0]) {
                order(troubles[ordered[0]++]);
              }
            });
    RunConsole console =
        line -> {
          if (line.startsWith("event=failure")) {
            takeBack(troubles[1]);
          }
          saboteur.line(line);
        };

    TrainingReport report =
        train(
            console,
            "troubled",
            "corpus=troubled://" + folder.resolve("corpus"),
            "output=troubled://" + folder.resolve("troubled"),
            "cluster.zero_stage=1");

    assertTrue(report.finished());
    List<String> failures = saboteur.linesWith("event=failure");
    assertEquals(3, failures.size(), failures.toString());
    assertTrue(failures.get(0).contains("\"rank 1 ("), failures.get(0));
    assertTrue(failures.get(1).contains("rank 0 cannot save step "), failures.get(1));
    assertTrue(failures.get(1).contains("No space left on device"), failures.get(1));
    assertTrue(failures.get(2).contains("thrown on purpose at optimizer-00002"), failures.get(2));
    assertUndisturbed("troubled");
  }

  private static Set<Integer> driversPorts() {
    try {
      return Strangers.ports(ProcessHandle.current().pid());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void strangersAndASlowRankDisturbNobody() throws IOException {
    Set<Integer> before = driversPorts();
    List<Integer> flooded = new ArrayList<>();
    Saboteur saboteur =
        new Saboteur(
            (step, by) -> {
              if (step == 4) {
                by.haltFor(1, 4); // the strangers come while the other rank waits
                Set<Integer> ours = driversPorts();
                ours.removeAll(before);
                for (int port : ours) {
                  Strangers.scan(port, SCAN);
                  flooded.add(Strangers.flood(port));
                }
              }
            });

    TrainingReport report = train(saboteur, "harassed", "cluster.timeout_seconds=8");

    assertTrue(report.finished());
    assertEquals(List.of(), saboteur.linesWith("event=failure"));
    assertEquals(1, flooded.size(), "ports of the driver's that strangers can reach");
    assertTrue(flooded.get(0) < 100, flooded + " MB were taken");
    assertUndisturbed("harassed");
  }

  @Test
  void anExecutorThatSparkTakesAwayIsSavedFirst() throws IOException {
    Saboteur saboteur =
        new Saboteur(
            (step, by) -> {
              List<String> saves = by.linesWith("event=checkpoint ");
              if (step == 5 && saves.isEmpty()) {
                decommission(by.executor(1));
              }
              boolean undone = by.allReported() && by.linesWith("event=failure").isEmpty();
              if (!saves.isEmpty() && undone) {
                by.kill(1);
              }
            });

    TrainingReport report = train(saboteur, "moved", "checkpoint.save_steps=1000");

    assertTrue(report.finished());
    List<String> saves = saboteur.linesWith("event=checkpoint ");
    List<String> failures = saboteur.linesWith("event=failure");
    assertEquals(1, failures.size(), failures.toString());
    String saved = saves.get(0).substring("step=".length(), saves.get(0).indexOf(' '));
    assertTrue(failures.get(0).contains("from step " + saved + " "), failures + " after " + saves);
    assertUndisturbed("moved");
  }

  private static void decommission(String executor) {
    var info = new ExecutorDecommissionInfo("spot instance", Option.empty());
    ((CoarseGrainedSchedulerBackend) spark.sc().schedulerBackend())
        .decommissionExecutor(executor, info, false, false);
  }
}
