package io.retromae.finetune.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputMode;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.spark.LocalSpark;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job on embedded Spark: workers are threads of one process. */
class FinetuneJobTest {
  private static final String ALONE = "cluster.workers=1";

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    TestPairs.write(folder, 150);
    spark = LocalSpark.alone(LocalSpark.conf("local[4]"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Resolved<FinetuneConfig> config(String output, String... more) {
    return TestPairs.config(folder, output, more);
  }

  private static TrainingReport train(Resolved<FinetuneConfig> config, RunConsole console)
      throws IOException {
    return new FinetuneJob(spark, config, console).run(OutputMode.RESUME);
  }

  /** The losses of metrics.jsonl, step by step. */
  private static List<String> losses(String run) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> losses = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run + "/metrics.jsonl"))) {
      var row = json.readTree(line);
      if (row.has("loss") && row.has("step")) {
        losses.add(row.get("step").asText() + " " + row.get("loss").asText());
      }
    }
    return losses;
  }

  @Test
  void theLossFallsAndTheRunLeavesWhatItPromises() throws IOException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());

    TrainingReport report = train(config("a", "schedule.max_steps=40"), lines::add);

    assertTrue(report.finished());
    double start = Math.log(16 * 3);
    assertTrue(report.state().firstLoss() > start / 2, report.toString());
    assertTrue(report.state().lastLosses().total() < report.state().firstLoss() - 0.5, "" + report);
    for (String name :
        List.of(
            "config.yaml",
            "metrics.jsonl",
            "report/report.html",
            "report/report.json",
            "export/config.json",
            "export/1_Pooling/config.json",
            "export/README.md",
            "export/reference-vectors.json")) {
      assertTrue(Files.size(folder.resolve("a").resolve(name)) > 0, name);
    }
    String init = lines.stream().filter(l -> l.startsWith("init ")).findFirst().orElseThrow();
    assertTrue(init.contains("not used: cls.predictions"), init);
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("data     150 lines in 1 data sets")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"objective.negatives=global", "objective.negatives=shard"})
  void everyNumberOfWorkersGivesTheSameBits(String negatives) throws IOException {
    String name = negatives.substring(negatives.indexOf('=') + 1);
    for (int workers : new int[] {1, 2, 4}) {
      train(config(name + workers, negatives, "cluster.workers=" + workers), line -> {});
    }

    byte[] one = TestPairs.weights(folder.resolve(name + 1));
    assertEquals(TestPairs.STEPS, losses(name + 1).size());
    for (int workers : new int[] {2, 4}) {
      assertArrayEquals(one, TestPairs.weights(folder.resolve(name + workers)));
      assertEquals(losses(name + 1), losses(name + workers));
    }
  }

  @Test
  void aStoppedRunGoesOnToTheSameBits() throws IOException {
    train(config("whole", ALONE), line -> {});
    AtomicReference<FinetuneJob> job = new AtomicReference<>();
    job.set(
        new FinetuneJob(
            spark,
            config("stopped", "cluster.workers=4"),
            line -> {
              if (line.startsWith("step=3 ")) {
                job.get().requestStop();
              }
            }));

    TrainingReport stopped = job.get().run(OutputMode.RESUME);
    TrainingReport resumed = train(config("stopped", ALONE), line -> {});

    assertFalse(stopped.finished());
    assertTrue(stopped.state().step() < TestPairs.STEPS, stopped.toString());
    assertTrue(resumed.finished());
    assertArrayEquals(
        TestPairs.weights(folder.resolve("whole")), TestPairs.weights(folder.resolve("stopped")));
    assertEquals(losses("whole"), losses("stopped"));
  }

  @Test
  void anExportAndACheckpointStartAnotherRun() throws IOException {
    train(config("first", ALONE), line -> {});

    for (String from : List.of("first/export", "first/checkpoints/step-00000012-1")) {
      List<String> lines = new ArrayList<>();
      TrainingReport second =
          train(
              config(
                  "from-" + from.replace('/', '-'),
                  ALONE,
                  "init.from=" + folder.resolve(from),
                  "schedule.max_steps=1"),
              lines::add);

      assertTrue(second.finished());
      assertTrue(
          lines.contains("init     from %s: 37 tensors".formatted(folder.resolve(from))),
          lines.toString());
    }
  }

  @Test
  void badLinesAreNamedOrLeftOutAndCounted() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("pairs.jsonl")));
    lines.set(2, "{\"query\": \"t5\", \"pos\": []}");
    lines.set(5, "not JSON");
    lines.set(6, "{\"query\": \"t5\", \"pos\": \"t6 t7\", \"neg\": [\"t8\"]}");
    Path file = folder.resolve("bad.jsonl");
    Files.write(file, lines);
    String train = "data.train=[" + file + "]";

    CorruptDataException refusal =
        assertThrows(
            CorruptDataException.class, () -> train(config("bad", ALONE, train), line -> {}));
    List<String> told = new ArrayList<>();
    TrainingReport report = train(config("bad", ALONE, train, "data.bad_records=skip"), told::add);

    assertTrue(refusal.getMessage().contains("bad.jsonl, line 3: no positive"), "" + refusal);
    assertTrue(refusal.getMessage().contains("bad.jsonl, line 6:"), refusal.getMessage());
    assertTrue(report.finished());
    String counts = told.stream().filter(l -> l.contains("refused_")).findFirst().orElseThrow();
    assertTrue(counts.contains("pos_was_a_text=1"), counts);
    assertTrue(counts.contains("refused_no_positive=1"), counts);
    assertTrue(told.stream().anyMatch(l -> l.startsWith("data     148 lines")), told.toString());
  }

  @Test
  void whatDoesNotFitTheModelOrTheDataIsRefusedBeforeSpark() {
    assertRefused("data.query_max_length = 64", "data.query_max_length=64");
    assertRefused("objective.mrl_dims has 17", "objective.mrl_dims=[8, 17]");
    assertRefused("give no batch of 256", "data.global_batch_size=256");
    assertRefused("data.source_weights: unknown data set 'x'", "data.source_weights={x: 2}");
    assertRefused("data.train[0]", "data.train=[" + folder.resolve("nothing") + "]");
    assertRefused("use one of [1, 2, 4]", "cluster.workers=3");
    assertRefused("no teacher's scores", CorruptDataException.class, "objective.kd_loss=kl_div");
  }

  private static void assertRefused(String why, String setting) {
    assertRefused(why, ConfigException.class, setting);
  }

  private static void assertRefused(
      String why, Class<? extends RuntimeException> kind, String setting) {
    RuntimeException refusal =
        assertThrows(kind, () -> train(config("refused", setting), line -> {}));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    assertFalse(Files.exists(folder.resolve("refused")));
  }

  @Test
  void otherLinesUnderTheSameNameAreAnotherRun() throws IOException {
    Path file = folder.resolve("changing.jsonl");
    Files.copy(folder.resolve("pairs.jsonl"), file);
    String train = "data.train=[" + file + "]";
    train(config("changed", ALONE, train, "schedule.max_steps=2"), line -> {});
    Files.writeString(file, Files.readString(file).replaceFirst("t1", "t2"));

    ConfigException refusal =
        assertThrows(
            ConfigException.class,
            () -> train(config("changed", ALONE, train, "schedule.max_steps=2"), line -> {}));

    assertTrue(refusal.getMessage().contains("corpus fingerprint"), refusal.getMessage());
  }
}
