package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.spark.LocalSpark;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.TrainingReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What belongs to a run's folder and what does not: moved models, other settings, no work yet. */
class RunFolderTest {
  private static JavaSparkContext spark;

  @TempDir static Path shared;
  @TempDir Path folder;

  /** A small exported model, made once. */
  private static Path export;

  @BeforeAll
  static void start() throws IOException {
    spark = new JavaSparkContext(LocalSpark.conf("local[2]"));
    TestCorpus.write(shared.resolve("corpus"), 600);
    run(config(shared, "model", "schedule.max_steps=2"));
    export = shared.resolve("model/export");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void model() throws IOException {
    copy(export, folder.resolve("A"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static Resolved<PretrainConfig> config(Path folder, String output, String... more) {
    List<String> all = new ArrayList<>(PretrainJobTest.settings(folder, output));
    all.add("corpus=" + shared.resolve("corpus"));
    all.add("cluster.workers=1");
    all.add("schedule.max_steps=6");
    all.add("checkpoint.save_steps=2");
    all.addAll(List.of(more));
    return ConfigLoader.load(PretrainConfig.class, List.of(), all);
  }

  private static TrainingReport run(Resolved<PretrainConfig> config) throws IOException {
    return new PretrainJob(spark, config, line -> {}).run(OutputMode.RESUME);
  }

  private static void stopAfterStep(int step, Resolved<PretrainConfig> config) throws IOException {
    AtomicReference<PretrainJob> job = new AtomicReference<>();
    RunConsole console =
        line -> {
          if (line.startsWith("step=" + step + " ")) {
            job.get().requestStop();
          }
        };
    job.set(new PretrainJob(spark, config, console));
    assertFalse(job.get().run(OutputMode.RESUME).finished());
  }

  private String from(String name) {
    return "init.from=" + folder.resolve(name);
  }

  @Test
  void aRunGoesOnToTheSameBitsWithoutTheFolderItBeganWith() throws IOException {
    run(config(folder, "whole", from("A")));
    stopAfterStep(2, config(folder, "gone", from("A")));
    stopAfterStep(2, config(folder, "moved", from("A")));

    Files.move(folder.resolve("A"), folder.resolve("B"));
    run(config(folder, "gone", from("A")));
    run(config(folder, "moved", from("B")));

    byte[] whole = PretrainJobTest.weights(folder.resolve("whole"));
    assertArrayEquals(whole, PretrainJobTest.weights(folder.resolve("gone")));
    assertArrayEquals(whole, PretrainJobTest.weights(folder.resolve("moved")));
  }

  @Test
  void anotherModelInThatPlaceIsRefusedEvenAfterAResumeWithoutAny() throws IOException {
    stopAfterStep(2, config(folder, "run", from("A")));
    Files.move(folder.resolve("A"), folder.resolve("B"));
    stopAfterStep(4, config(folder, "run", from("A"))); // the fingerprint is kept
    copy(folder.resolve("B"), folder.resolve("A"));
    Path weights = folder.resolve("A/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);

    var refusal = assertThrows(ConfigException.class, () -> run(config(folder, "run", from("A"))));

    assertTrue(refusal.getMessage().contains("fingerprint of init.from"), refusal.getMessage());
  }

  @Test
  void aRunOfRandomWeightsDoesNotPassForOneThatBeganWithAModel() throws IOException {
    stopAfterStep(2, config(folder, "run"));

    var other = assertThrows(ConfigException.class, () -> run(config(folder, "run", from("A"))));
    var gone = assertThrows(ConfigException.class, () -> run(config(folder, "run", from("no"))));

    assertTrue(
        other.getMessage().contains("fingerprint of init.from nothing there"), other.getMessage());
    assertTrue(gone.getMessage().contains(folder.resolve("no").toString()), gone.getMessage());
  }

  @Test
  void aRunOfTheVersionBeforeFingerprintsGoesOn() throws IOException {
    stopAfterStep(2, config(folder, "run", from("A")));
    Path file = folder.resolve("run/run.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode before = (ObjectNode) json.readTree(file.toFile());
    ObjectNode identity = (ObjectNode) before.get("identity");
    identity.remove(OutputFolder.FINGERPRINT_OF + "init.from");
    identity.put("init.from", folder.resolve("A").toString());
    json.writeValue(file.toFile(), before);

    var random = assertThrows(ConfigException.class, () -> run(config(folder, "run")));
    assertTrue(random.getMessage().contains("nothing here"), random.getMessage());
    assertTrue(run(config(folder, "run", from("A"))).finished());
  }

  @Test
  void aFolderInWhichNothingWasTrainedIsClaimedAnew() throws IOException {
    Path weights = folder.resolve("A/model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(whole, whole.length / 2)); // ends before training
    assertThrows(RuntimeException.class, () -> run(config(folder, "run", from("A"))));

    Files.write(weights, whole);
    TrainingReport report = run(config(folder, "run", from("A"), "schedule.seed=7"));

    assertTrue(report.finished());
    String claimed = Files.readString(folder.resolve("run/run.json"));
    assertTrue(claimed.contains("\"schedule.seed\" : \"7\""), claimed);
  }

  @Test
  void aRunBegunWithAnotherRunGoesOnWhenThatOneHasGoneOn() throws IOException {
    String first = "init.from=" + folder.resolve("first");
    stopAfterStep(2, config(folder, "first", from("A")));
    stopAfterStep(2, config(folder, "second", first));
    assertTrue(run(config(folder, "first", from("A"))).finished());

    assertTrue(run(config(folder, "second", first)).finished());
  }

  @Test
  void aDriverWhoseRunAnotherHasGoneOnWithLeavesIt() {
    ClusterException left = overtakenAtLine("step=", new ArrayList<>());

    assertTrue(left.getMessage().contains("another driver has gone on"), left.getMessage());
    assertFalse(Files.exists(folder.resolve("run/export")));
  }

  @Test
  void aDriverThatIsOvertakenBeforeItsFirstAttemptClaimsNone() {
    List<String> lines = new ArrayList<>();

    ClusterException left = overtakenAtLine("init ", lines);

    assertTrue(left.getMessage().contains("another driver has gone on"), left.getMessage());
    assertTrue(lines.stream().noneMatch(line -> line.startsWith("step=")), lines.toString());
    assertFalse(Files.exists(folder.resolve("run/checkpoints")), "it would fence the other's");
  }

  /** Lets another driver claim the run when a line is told. */
  private ClusterException overtakenAtLine(String begin, List<String> lines) {
    Path file = folder.resolve("run/run.json");
    ObjectMapper json = new ObjectMapper();
    RunConsole console =
        line -> {
          lines.add(line);
          if (line.startsWith(begin)) {
            try {
              ObjectNode claimed = (ObjectNode) json.readTree(file.toFile());
              json.writeValue(file.toFile(), claimed.put("start", "another's"));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    PretrainJob job = new PretrainJob(spark, config(folder, "run", from("A")), console);
    return assertThrows(ClusterException.class, () -> job.run(OutputMode.RESUME));
  }

  @Test
  void aClaimWithNothingButAnAttemptIsNoWork() throws IOException {
    Resolved<PretrainConfig> first = config(folder, "run", from("A"));
    Storage storage = new Storage(new Configuration());
    PretrainPlan plan = PretrainPlan.of(storage, first.value());
    new OutputFolder(storage, folder.resolve("run").toString(), List.of("checkpoints"))
        .claim(PretrainJob.identity(first, plan), first.yaml(), OutputMode.RESUME);
    Files.createDirectories(folder.resolve("run/checkpoints"));
    Files.writeString(folder.resolve("run/checkpoints/attempt-1"), "a driver");

    assertTrue(run(config(folder, "run", from("A"), "schedule.seed=7")).finished());
  }

  @Test
  void aFinishedRunNamesTheWayToTrainOnBeforeTheWayToDropIt() throws IOException {
    run(config(folder, "run", from("A")));

    for (String other :
        List.of(
            "schedule.max_steps=10",
            "optimizer.learning_rate=1e-3",
            "data.per_device_train_batch_size=4")) {
      var refusal =
          assertThrows(ConfigException.class, () -> run(config(folder, "run", from("A"), other)));

      String text = refusal.getMessage();
      int way =
          text.indexOf(
              "--set init.from="
                  + new Storage(new Configuration())
                      .qualify(folder.resolve("run/export").toString()));
      assertTrue(way > 0 && way < text.indexOf("--overwrite"), text);
      assertEquals(1, text.lines().count(), text);
    }
  }

  private List<String> linesOf(String output, String from) throws IOException {
    List<String> lines = new ArrayList<>();
    Resolved<PretrainConfig> config =
        config(folder, output, "init.from=" + from, "schedule.max_steps=1");
    new PretrainJob(spark, config, lines::add).run(OutputMode.RESUME);
    return lines;
  }

  @Test
  void aRunStartsFromAnyCheckpointOfAnotherWithItsDecoder() throws IOException {
    run(config(folder, "first", from("A"), "checkpoint.save_total_limit=9"));
    Path first = folder.resolve("first");
    String checkpoints = first + "/checkpoints/";

    for (String from :
        List.of(checkpoints + "step-4", checkpoints + "step-00000004-1.json", first.toString())) {
      String step = from.equals(first.toString()) ? "step-00000006-1" : "step-00000004-1";
      List<String> lines = linesOf("next" + from.hashCode(), from);

      assertTrue(
          lines.stream().anyMatch(line -> line.startsWith("init ") && line.contains(step + ": ")),
          lines.toString());
      assertTrue(
          lines.stream().noneMatch(line -> line.startsWith("init ") && line.contains("fresh:")),
          lines.toString());
    }
  }

  @Test
  void aCheckpointThatIsNotThereOrNotWholeIsRefused() throws IOException {
    run(config(folder, "first", from("A"), "checkpoint.save_total_limit=9"));
    String checkpoints = folder.resolve("first") + "/checkpoints/";
    Files.delete(Path.of(checkpoints + "step-00000002-1/model.safetensors"));
    Files.delete(Path.of(checkpoints + "step-00000004-1.json"));

    for (Map.Entry<String, String> refused :
        Map.of(
                "step-3", "there is no checkpoint of step 3, or it was not finished; ",
                "step-2", "files of this checkpoint are missing or cut off; ",
                "step-00000004-1", "there is no checkpoint of step 4, or it was not finished; ")
            .entrySet()) {
      var refusal =
          assertThrows(
              ConfigException.class,
              () -> linesOf("none" + refused.getKey(), checkpoints + refused.getKey()));

      String text = refusal.getMessage();
      assertTrue(text.contains(refused.getValue()), text);
      assertTrue(text.endsWith("first has those of steps 2, 6"), text);
    }
  }

  @Test
  void aCheckpointWithOtherBytesThanItsManifestSaysIsRefused() throws IOException {
    run(config(folder, "first", from("A"), "checkpoint.save_total_limit=9"));
    String checkpoint = folder.resolve("first") + "/checkpoints/step-00000004-1";

    for (String name :
        List.of("model.safetensors", "decoder.safetensors", "tokenizer_config.json")) {
      Path file = Path.of(checkpoint, name);
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      damaged[damaged.length - 2] ^= 1; // of a small finite value another one
      Files.write(file, damaged);

      var refusal =
          assertThrows(CorruptDataException.class, () -> linesOf("none-" + name, checkpoint));

      assertTrue(refusal.getMessage().startsWith("init.from = "), refusal.getMessage());
      assertTrue(
          refusal.getMessage().contains(name + " is damaged: SHA-256 differs"),
          refusal.getMessage());
      Files.write(file, whole);
    }
    assertFalse(linesOf("whole", checkpoint).isEmpty());
  }

  @Test
  void aRunWithoutCheckpointsGivesItsExport() throws IOException {
    run(config(folder, "first", from("A")));
    try (Stream<Path> files = Files.walk(folder.resolve("first/checkpoints"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }

    List<String> lines = linesOf("next", folder.resolve("first").toString());

    assertTrue(lines.stream().anyMatch(line -> line.contains("first/export: ")), lines.toString());
  }

  @Test
  void aStoppedRunNamesItsNewestCheckpointToTrainOnFrom() throws IOException {
    stopAfterStep(2, config(folder, "run"));

    var refusal =
        assertThrows(ConfigException.class, () -> run(config(folder, "run", "schedule.seed=7")));

    assertTrue(refusal.getMessage().contains("run/checkpoints/step-"), refusal.getMessage());
  }

  @Test
  void whatIsKnownOfTheFirstModelReachesTheCardThroughAResume() throws IOException {
    Path config = folder.resolve("A/config.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(config.toFile());
    json.put("_name_or_path", "google-bert/bert-base-chinese");
    new ObjectMapper().writeValue(config.toFile(), json);
    Files.writeString(folder.resolve("A/README.md"), "---\nlicense: apache-2.0\n---\n# A model\n");
    stopAfterStep(2, config(folder, "run", from("A"), "export.license=mit"));
    Files.move(folder.resolve("A"), folder.resolve("B"));

    run(config(folder, "run", from("A"), "export.license=mit"));

    String card = Files.readString(folder.resolve("run/export/README.md"));
    assertTrue(card.contains("\nlicense: mit\n"), card);
    assertTrue(card.contains("\nbase_model: google-bert/bert-base-chinese\n"), card);
    assertTrue(card.contains("whose card names the licence apache-2.0"), card);
    assertEquals(1, card.lines().filter("- retromae"::equals).count(), card);
  }
}
