package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.spark.LocalSpark;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.RunIdentity;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.optimize.LearningRateSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that has ended goes on to more steps, by one option, as docs/training.md says. */
class ExtensionTest {
  private static final String MORE = "schedule.max_steps=16";
  private static final String RESTATE = "schedule.extend=restate";
  private static final String REWARM = "schedule.extend=rewarm";
  private static final String CONSTANT = "optimizer.lr_scheduler_type=constant";

  private static final Pattern STEP = Pattern.compile("step=(\\d+) loss=");

  private static JavaSparkContext spark;

  @TempDir static Path shared;
  @TempDir Path folder;

  private final List<String> lines = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    spark = new JavaSparkContext(LocalSpark.conf("local[2]"));
    TestCorpus.write(shared.resolve("corpus"), 600);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private Resolved<PretrainConfig> config(String output, String... more) {
    List<String> all = new ArrayList<>(PretrainJobTest.settings(folder, output));
    all.add("corpus=" + shared.resolve("corpus"));
    all.add("cluster.workers=1");
    all.add("schedule.max_steps=6");
    all.add("checkpoint.save_steps=3");
    all.add("logging.logging_steps=1");
    all.add("logging.peak_tflops=1e-3");
    all.addAll(List.of(more));
    return ConfigLoader.load(PretrainConfig.class, List.of(), all);
  }

  private TrainingReport run(String output, String... more) throws IOException {
    lines.clear();
    return new PretrainJob(spark, config(output, more), lines::add).run(OutputMode.RESUME);
  }

  private void stopAfterStep(int step, String output, String... more) throws IOException {
    AtomicReference<PretrainJob> job = new AtomicReference<>();
    RunConsole console =
        line -> {
          Matcher done = STEP.matcher(line);
          if (done.lookingAt() && Integer.parseInt(done.group(1)) >= step) {
            job.get().requestStop();
          }
        };
    job.set(new PretrainJob(spark, config(output, more), console));
    assertFalse(job.get().run(OutputMode.RESUME).finished());
  }

  private String refused(String output, String... more) {
    return assertThrows(ConfigException.class, () -> run(output, more)).getMessage();
  }

  private byte[] weights(String output) throws IOException {
    return PretrainJobTest.weights(folder.resolve(output));
  }

  private String card(String output) throws IOException {
    return Files.readString(folder.resolve(output).resolve("export/README.md"));
  }

  private List<JsonNode> metrics(String output) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(output).resolve("metrics.jsonl"))) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  private Map<Long, Double> rates(String output) throws IOException {
    Map<Long, Double> rates = new TreeMap<>();
    for (JsonNode row : metrics(output)) {
      if (row.has("lr") && !row.has("event")) {
        rates.put(row.get("step").asLong(), row.get("lr").asDouble());
      }
    }
    return rates;
  }

  @Test
  void ofAConstantRateItHasTheBitsOfOneGo() throws IOException {
    run("whole", MORE, CONSTANT);
    run("parts", CONSTANT);

    TrainingReport report = run("parts", MORE, CONSTANT, RESTATE);

    assertEquals(16, report.exportedStep());
    assertArrayEquals(weights("whole"), weights("parts"));
  }

  @Test
  void aRestatedRateIsThatOfAllStepsFromThereOn() throws IOException {
    run("run");
    run("run", MORE, RESTATE);

    var settings = config("run").value().optimizer();
    LearningRateSchedule first = LearningRateSchedule.of(settings, 6);
    LearningRateSchedule all = LearningRateSchedule.of(settings, 16);
    Map<Long, Double> rates = rates("run");
    for (long step = 1; step <= 16; step++) {
      assertEquals((step <= 6 ? first : all).rate(step - 1), rates.get(step), "step " + step);
    }
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("extend   from step 6 of 6 to 16: ")),
        lines.toString());
    List<JsonNode> events =
        metrics("run").stream().filter(row -> row.path("event").asText().equals("extend")).toList();
    assertEquals(1, events.size());
    assertEquals("restate", events.get(0).get("how").asText());
    assertEquals(all.rate(6), events.get(0).get("lr").asDouble());
  }

  @Test
  void aRewarmedRateIsOneOfTheNewStepsAndAStopDoesNotMoveIt() throws IOException {
    run("run");
    run("broken");
    run("run", MORE, REWARM);
    stopAfterStep(7, "broken", MORE, REWARM);
    run("broken", MORE, REWARM);

    LearningRateSchedule own = LearningRateSchedule.of(config("run").value().optimizer(), 10);
    for (long step = 7; step <= 16; step++) {
      assertEquals(own.rate(step - 7), rates("run").get(step), "step " + step);
    }
    assertEquals(rates("run"), rates("broken"));
    assertArrayEquals(weights("run"), weights("broken"));
  }

  @Test
  void theOldModelStaysUntilTheNewOneIsWhole() throws IOException {
    run("run");
    byte[] before = Files.readAllBytes(folder.resolve("run/export/model.safetensors"));

    stopAfterStep(7, "run", MORE, RESTATE);

    assertArrayEquals(before, Files.readAllBytes(folder.resolve("run/export/model.safetensors")));
    assertTrue(card("run").contains("6 steps;"), card("run"));
    // killed while it takes the old one's place
    Files.move(folder.resolve("run/export"), folder.resolve("run/export.old"));
    Files.createDirectory(folder.resolve("run/export.next"));
    stopAfterStep(8, "run", MORE, RESTATE);
    assertTrue(card("run").contains("6 steps;"), card("run"));
    run("run", MORE, RESTATE);
    assertTrue(card("run").contains("16 steps;"), card("run"));
    assertFalse(Files.exists(folder.resolve("run/export.old")));
    assertFalse(Files.exists(folder.resolve("run/export.next")));
  }

  @Test
  void withoutTheOptionTheRefusalNamesIt() throws IOException {
    run("run");

    String more = refused("run", MORE);
    String other = refused("run", MORE, "optimizer.learning_rate=1e-3");

    assertTrue(more.contains("--set schedule.extend=restate"), more);
    assertFalse(other.contains("schedule.extend"), other);
    assertTrue(other.contains("--set init.from="), other);
    assertEquals(6, run("run").exportedStep(), "a refusal leaves the run as it was");
  }

  @Test
  void whatCannotBeExtendedIsRefused() throws IOException {
    assertTrue(refused("new", RESTATE).contains("there is no run in"));
    run("run");
    assertTrue(refused("run", RESTATE).contains("is planned for 6 steps already"));
    assertTrue(
        refused("run", RESTATE, "schedule.max_steps=4")
            .contains("is planned for 6 steps already, 4 are asked for"));
    run("run", MORE, RESTATE);
    assertTrue(
        refused("run", MORE, REWARM).contains("was extended to 16 steps by restate already"));
    assertTrue(run("run", MORE).finished(), "the option may be left out again");
    assertEquals(20, run("run", "schedule.max_steps=20", REWARM).exportedStep());
  }

  @Test
  void whatHasTrainedNothingYetCanBeMadeOtherwiseOrTakenBack() throws IOException {
    run("run");
    run("once");
    claimOnly("run", MORE, REWARM);
    assertTrue(
        refused("run", "schedule.max_steps=7").contains("--set schedule.extend="),
        "neither what was planned nor what is");

    claimOnly("run", "schedule.max_steps=12", REWARM);
    claimOnly("run", MORE, RESTATE);
    assertEquals(6, run("run").exportedStep(), "taken back");
    assertTrue(
        lines.contains("extend   taken back, nothing had been trained: 6 steps are planned again"),
        lines.toString());

    run("run", MORE, RESTATE);
    run("once", MORE, RESTATE);
    assertEquals(rates("once"), rates("run"));
    assertArrayEquals(weights("once"), weights("run"));
    assertTrue(refused("run").contains("schedule.max_steps 16 there, 6 here"));
  }

  @Test
  void anExtensionIsSaidUntilSomethingIsTrained() throws IOException {
    run("run");
    claimOnly("run", MORE, RESTATE);
    assertEquals(1, extensions("run"), "as if killed before it was");

    Path log = folder.resolve("run/metrics.jsonl");
    List<String> kept =
        Files.readAllLines(log).stream().filter(row -> !row.contains("\"extend\"")).toList();
    Files.write(log, kept);
    stopAfterStep(7, "run", MORE, RESTATE);
    run("run", MORE, RESTATE);

    assertEquals(1, extensions("run"));
  }

  private long extensions(String output) throws IOException {
    return metrics(output).stream()
        .filter(row -> row.path("event").asText().equals("extend"))
        .count();
  }

  /** Stops before the first step. */
  private void claimOnly(String output, String... more) throws IOException {
    PretrainJob job = new PretrainJob(spark, config(output, more), lines::add);
    job.requestStop();
    assertFalse(job.run(OutputMode.RESUME).finished());
  }

  @Test
  void aWarmUpLongerThanTheNewStepsIsRefused() throws IOException {
    run("run");

    String refused = refused("run", MORE, REWARM, "optimizer.warmup_steps=10");

    assertTrue(refused.contains("optimizer.warmup_steps = 10: there are 10 new steps"), refused);
  }

  @Test
  void aRunOfEpochsOfAnEarlierBuildEndsBeforeItIsExtended() throws IOException {
    String[] epochs = {"schedule.max_steps=null", "schedule.num_train_epochs=1"};
    String[] two = {"schedule.max_steps=null", "schedule.num_train_epochs=2", RESTATE};
    stopAfterStep(2, "run", epochs);
    Path run = folder.resolve("run/run.json");
    ObjectMapper json = new ObjectMapper();
    Files.write(
        run,
        json.writeValueAsBytes(((ObjectNode) json.readTree(run.toFile())).without("total_steps")));

    assertTrue(refused("run", two).contains("was begun by an earlier build"));
  }

  @Test
  void aRunThatEndedEarlyGoesOn() throws IOException {
    String[] early = {
      "evaluation.holdout_shards=1",
      "evaluation.eval_steps=1",
      "checkpoint.keep_best=eval/loss",
      "schedule.early_stopping.patience=1",
      "schedule.early_stopping.min_gain=100",
    };
    TrainingReport first = run("run", early);
    assertEquals(2, first.state().step());

    List<String> longer = new ArrayList<>(List.of(early));
    longer.addAll(List.of(MORE, RESTATE));
    TrainingReport second = run("run", longer.toArray(String[]::new));

    assertEquals(3, second.state().step(), "one measurement more, without a gain");
  }

  @Test
  void keepBestOfAnEndedRunSaysThatItComparesNothing() throws IOException {
    String[] evaluated = {"evaluation.holdout_shards=1", "evaluation.eval_steps=2"};
    run("run", evaluated);

    TrainingReport again = run("run", evaluated[0], evaluated[1], "checkpoint.keep_best=eval/loss");

    assertEquals(6, again.exportedStep());
    assertTrue(
        lines.stream().anyMatch(line -> line.contains("nothing was compared by it")),
        lines.toString());
  }

  @Test
  void theBestOfAnExtendedRunIsExportedAndTheCardNamesItsStep() throws IOException {
    String[] evaluated = {
      "evaluation.holdout_shards=1", "evaluation.eval_steps=2", "checkpoint.keep_best=eval/loss"
    };
    run("run", evaluated);
    stopAfterStep(7, "run", evaluated[0], evaluated[1], evaluated[2], MORE, RESTATE);

    TrainingReport end = run("run", evaluated[0], evaluated[1], evaluated[2], MORE, RESTATE);

    long best = end.state().selection().bestStep();
    assertEquals(best, end.exportedStep());
    assertTrue(card("run").contains("After step %d `eval/loss` was the best".formatted(best)));
    TrainingReport again =
        run("run", evaluated[0], evaluated[1], evaluated[2], MORE, "evaluation.max_samples=7");
    assertEquals(best, again.exportedStep(), "nothing is left to be compared with it");
    assertEquals(end.state().selection(), again.state().selection());
    assertTrue(
        lines.stream().noneMatch(line -> line.contains("is not compared with what is measured")),
        lines.toString());
  }

  @Test
  void everyStepTellsItsShareOfThePeak() throws IOException {
    run("run");

    assertTrue(
        lines.contains("event=peak peak_tflops=0.001 workers=1 source=\"logging.peak_tflops\""),
        lines.toString());
    List<JsonNode> steps =
        metrics("run").stream().filter(row -> row.has("lr") && !row.has("event")).toList();
    assertEquals(6, steps.size());
    for (JsonNode step : steps) {
      assertTrue(step.get("mfu").asDouble() > 0, step.toString());
    }
  }

  @Test
  void everySettingIsClassified() {
    assertEquals(List.of(), RunIdentity.unclassified(config("run"), PretrainJob.EFFECTS));
  }
}
