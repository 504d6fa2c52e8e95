package io.retromae.training.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.storage.Storage;
import io.retromae.training.metrics.MetricsLog;
import io.retromae.training.metrics.RunDescription;
import io.retromae.training.metrics.Tracker;
import io.retromae.training.metrics.Trackers;
import io.retromae.training.mlflow.TestMlflow.Fault;
import io.retromae.training.settings.MlflowSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run's rows on a server that speaks MLflow's API and fails as servers do. */
class MlflowTrackerTest {
  private static final MlflowTracker.Pace FAST =
      new MlflowTracker.Pace(
          Duration.ofMillis(300), Duration.ZERO, Duration.ofMillis(5), Duration.ofMillis(20));

  @TempDir Path run;
  private final Storage storage = new Storage(new Configuration());
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final List<ResolvedSetting> settings =
      new ArrayList<>(List.of(new ResolvedSetting("optimizer.learning_rate", "1e-4", "--set")));
  private Map<String, String> environment = Map.of();
  private int finishTimeoutSeconds = 60;
  private String host = "127.0.0.1";
  private TestMlflow server;

  @BeforeEach
  void start() throws IOException {
    server = new TestMlflow();
    Files.writeString(run.resolve("config.yaml"), "seed: 1\n");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** One start of the run's driver. */
  private Trackers driver() {
    MlflowSettings mlflow =
        new MlflowSettings(
            Optional.of("http://" + host + ":" + server.port() + "/"),
            "texts",
            Optional.empty(),
            Map.of("team", "search"),
            finishTimeoutSeconds);
    RunDescription description =
        new RunDescription("pretrain", run.toString(), "seed: 1\n", settings, Set.of());
    MetricsLog log = MetricsLog.open(storage, run.toString());
    return new Trackers(
        List.of(
            log,
            MlflowTracker.start(mlflow, environment, storage, description, log, lines::add, FAST)));
  }

  private static ObjectNode row(long step, double loss) {
    ObjectNode row = new ObjectMapper().createObjectNode();
    row.put("step", step).put("loss", loss).put("tokens_per_s", Math.random());
    return row.put("time", Instant.now().toString());
  }

  private static void add(Tracker tracker, long from, long to) {
    LongStream.rangeClosed(from, to).forEach(step -> tracker.add(row(step, 10.0 / step)));
  }

  private static List<Long> steps(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private List<String> linesWith(String part) {
    return lines.stream().filter(line -> line.contains(part)).toList();
  }

  @Test
  void aRunHasParametersMetricsByStepAndArtifacts() throws IOException {
    Files.createDirectories(run.resolve("export"));
    Files.writeString(run.resolve("export/README.md"), "# card\n");
    Trackers tracker = driver();
    add(tracker, 1, 3);
    tracker.add(row(4, Double.NaN).put("eval_probe_it's_mrr_at_10", 0.5));
    tracker.add(new ObjectMapper().createObjectNode().put("event", "checkpoint").put("step", 3));

    tracker.end(Tracker.End.FINISHED);

    TestMlflow.Run there = server.run();
    assertEquals(Map.of("optimizer.learning_rate", "1e-4"), there.parameters);
    assertEquals(steps(1, 4), there.steps("loss"));
    assertEquals("NaN", there.points.get(6).get("value").asText());
    assertEquals(List.of(4L), there.steps("eval_probe_it_s_mrr_at_10"));
    assertEquals(
        Map.of("config.yaml", "seed: 1\n", "export/README.md", "# card\n"), there.artifacts);
    assertEquals("search", there.tags.get("team"));
    assertEquals("retromae pretrain", there.tags.get("mlflow.source.name"));
    assertEquals(run.getFileName().toString(), there.name);
    assertEquals("FINISHED", there.status);
    assertEquals(Set.of("texts"), server.experiments.keySet());
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(
        lines.get(0).contains(server.address() + "/#/experiments/1/runs/run0"), lines.get(0));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aServerThatFailsIsSaidOnceAndGetsAllWhenItIsBack(Fault fault) throws Exception {
    Trackers tracker = driver();
    add(tracker, 1, 20);
    server.failBy(fault);
    add(tracker, 21, 40);
    server.awaitFaults(3);
    add(tracker, 41, 60);
    server.failBy(Fault.NONE);

    tracker.end(Tracker.End.FINISHED);

    assertEquals(steps(1, 60), server.run().steps("loss"));
    assertEquals(1, linesWith("event=mlflow_failed").size(), lines.toString());
    assertEquals(1, linesWith("event=mlflow_back").size(), lines.toString());
    assertEquals("FINISHED", server.run().status);
  }

  @Test
  void aServerThatRefusesConnectionsGetsAllWhenItIsBack() throws Exception {
    server.stop();
    Trackers tracker = driver();
    add(tracker, 1, 500);
    server.start();

    tracker.end(Tracker.End.STOPPED);

    assertEquals(steps(1, 500), server.run().steps("loss"));
    assertEquals("KILLED", server.run().status);
  }

  @ParameterizedTest
  @EnumSource(names = {"DIES_AFTER", "DIES_WITHIN", "SILENT"})
  void aRunWhoseMakingWasNotAnsweredIsMadeOnce(Fault fault) throws Exception {
    server.failBy(fault, "runs/create");
    Trackers tracker = driver();
    add(tracker, 1, 2);
    server.awaitFaults(1);
    server.failBy(Fault.NONE);

    tracker.end(Tracker.End.FINISHED);

    assertEquals(steps(1, 2), server.run().steps("loss"));
  }

  @Test
  void whatAServerDidNotGetIsSaidAndSentByTheNextStart() throws Exception {
    finishTimeoutSeconds = 0;
    settings.clear();
    server.failBy(Fault.FAILS, "log-batch");
    Trackers first = driver();
    add(first, 1, 30);
    server.awaitFaults(1);
    first.end(Tracker.End.STOPPED);
    server.failBy(Fault.NONE);
    finishTimeoutSeconds = 60;

    driver().end(Tracker.End.FINISHED);

    assertEquals(1, linesWith("event=mlflow_unsent rows=30 from_step=1 ").size(), lines.toString());
    assertEquals(steps(1, 30), server.run().steps("loss"));
    assertEquals("FINISHED", server.run().status);
  }

  @Test
  void aKilledDriversRunGoesOnWithoutGapOrSecondPoint() throws IOException {
    Trackers killed = driver();
    add(killed, 1, 20);
    killed.publish(); // with the checkpoint of step 20
    add(killed, 21, 30);
    killed.end(Tracker.End.FAILED);
    storage.publish(
        run + "/metrics.jsonl",
        String.join("\n", Files.readAllLines(run.resolve("metrics.jsonl")).subList(0, 20))
            .getBytes(StandardCharsets.UTF_8));

    Trackers resumed = driver();
    resumed.rewindTo(20);
    add(resumed, 21, 40);
    resumed.end(Tracker.End.FINISHED);

    assertEquals(steps(1, 40), server.run().steps("loss"));
    assertEquals(steps(1, 40), server.run().steps("tokens_per_s"));
  }

  @Test
  void stepsDoneAgainInOneStartMakeNoSecondPoint() {
    Trackers tracker = driver();
    add(tracker, 1, 20);
    tracker.rewindTo(10);
    add(tracker, 11, 15);
    tracker.rewindTo(0);
    add(tracker, 1, 30);

    tracker.end(Tracker.End.FINISHED);

    assertEquals(steps(1, 30), server.run().steps("loss"));
  }

  @Test
  void aServerThatNeverAnsweredIsSaidToLackAll() {
    finishTimeoutSeconds = 0;
    server.stop();
    Trackers tracker = driver();
    add(tracker, 1, 3);

    tracker.end(Tracker.End.FINISHED);

    assertEquals(1, linesWith("event=mlflow_unsent rows=all ").size(), lines.toString());
  }

  @Test
  void aServerUnderAnotherNameGoesOnWithTheRun() {
    Trackers first = driver();
    add(first, 1, 5);
    first.end(Tracker.End.STOPPED);
    host = "localhost";

    Trackers second = driver();
    add(second, 6, 8);
    second.end(Tracker.End.FINISHED);

    assertEquals(steps(1, 8), server.run().steps("loss"));
  }

  @Test
  void aRunThatIsDeletedWhileItIsTrackedIsMadeAnew() throws Exception {
    Trackers tracker = driver();
    add(tracker, 1, 5);
    server.awaitRuns(1);
    server.delete("run0");
    add(tracker, 6, 8);

    tracker.end(Tracker.End.FINISHED);

    assertEquals(steps(1, 8), server.runs.get("run1").steps("loss"));
  }

  @Test
  void aRunThatWasDeletedIsMadeAnewWithAllRows() {
    Trackers first = driver();
    add(first, 1, 5);
    first.end(Tracker.End.STOPPED);
    server.delete("run0");

    Trackers second = driver();
    add(second, 6, 8);
    second.end(Tracker.End.FINISHED);

    assertEquals(2, server.runs.size());
    assertEquals(steps(1, 8), server.runs.get("run1").steps("loss"));
  }

  @Test
  void whatAServerRefusesIsSaidOnceAndKeepsNothingBack() {
    server.refusedKeys.add("odd");
    Trackers tracker = driver();
    tracker.add(row(1, 1).put("odd", 1));
    tracker.end(Tracker.End.STOPPED);
    Trackers again = driver();
    add(again, 2, 9);

    again.end(Tracker.End.FINISHED);

    assertEquals(steps(1, 9), server.run().steps("loss"));
    assertEquals(List.of(), server.run().steps("odd"));
    assertEquals(2, linesWith("event=mlflow_refused").size(), "once in each start");
    assertEquals("FINISHED", server.run().status);
  }

  @Test
  void aNameThatIsAlwaysRefusedCostsFewRequests() {
    server.refusedKeys.add("odd");
    Trackers tracker = driver();
    LongStream.rangeClosed(1, 1000)
        .forEach(step -> tracker.add(row(step, 10.0 / step).put("odd", 1)));

    tracker.end(Tracker.End.FINISHED);

    assertEquals(steps(1, 1000), server.run().steps("loss"));
    assertEquals(1, linesWith("event=mlflow_refused").size(), lines.toString());
    assertEquals(
        1,
        linesWith("event=mlflow_left_out entries=1000 names=\"1000 odd\"").size(),
        lines.toString());
    // found three times in ten steps or so each; a start may send its rows in up to 1000 turns
    assertTrue(server.batches.get() < 1000 + 200, "requests: " + server.batches);
  }

  @Test
  void theSearchForWhatIsRefusedEnds() {
    server.refusedPrefix = "odd";
    Trackers tracker = driver();
    ObjectNode row = row(1, 1);
    for (int i = 0; i < 900; i++) {
      row.put("odd" + i, i);
    }
    tracker.add(row);

    tracker.end(Tracker.End.FINISHED);

    assertTrue(server.batches.get() < 250, "requests: " + server.batches);
    assertEquals(1, linesWith("event=mlflow_refused").size(), lines.toString());
    assertEquals( // and tokens_per_s, which comes after them and is looked for no more
        1, linesWith("event=mlflow_left_out entries=901").size(), lines.toString());
    assertEquals(steps(1, 1), server.run().steps("loss"));
    assertEquals("FINISHED", server.run().status);
  }

  @Test
  void aSettingThatChangedIsATagAndLongOnesAreCut() {
    driver().end(Tracker.End.STOPPED);
    settings.set(0, new ResolvedSetting("optimizer.learning_rate", "2e-4", "--set"));
    settings.add(new ResolvedSetting("data.train", "x".repeat(7000), "--set"));
    settings.add(new ResolvedSetting("store.password", "hush", "--set"));

    driver().end(Tracker.End.FINISHED);

    TestMlflow.Run there = server.run();
    assertEquals("1e-4", there.parameters.get("optimizer.learning_rate"));
    assertEquals("2e-4", there.tags.get("changed.optimizer.learning_rate"));
    assertEquals(6000, there.parameters.get("data.train").length());
    assertEquals("<redacted>", there.parameters.get("store.password"));
    assertEquals(1, linesWith("1 settings are longer").size(), lines.toString());
  }

  @Test
  void credentialsComeFromTheEnvironmentAndAreNotShown() throws Exception {
    environment = Map.of("MLFLOW_TRACKING_TOKEN", "hush-hush");
    server.failBy(Fault.UNAUTHORIZED);
    Trackers tracker = driver();
    server.awaitFaults(2);
    server.failBy(Fault.NONE);
    tracker.end(Tracker.End.STOPPED);
    environment = Map.of("MLFLOW_TRACKING_USERNAME", "me", "MLFLOW_TRACKING_PASSWORD", "hush");
    driver().end(Tracker.End.FINISHED);

    assertEquals(Set.of("Bearer hush-hush", "Basic bWU6aHVzaA=="), server.authorizations);
    assertEquals(1, linesWith(": 401 ").size(), lines.toString());
    assertTrue(linesWith("hush").isEmpty(), lines.toString());
  }

  @Test
  void aTokenOutOfAFileMayEndItsLineAndABrokenOneIsNeverShown() throws Exception {
    environment = Map.of("MLFLOW_TRACKING_TOKEN", "hush-hush\n");
    driver().end(Tracker.End.FINISHED);
    assertEquals(Set.of("Bearer hush-hush"), server.authorizations);

    finishTimeoutSeconds = 1;
    environment = Map.of("MLFLOW_TRACKING_TOKEN", "hush\nhush");
    driver().end(Tracker.End.FINISHED);

    assertEquals(
        1,
        linesWith("event=mlflow_failed reason=\"MLFLOW_TRACKING_TOKEN: ").size(),
        lines.toString());
    assertTrue(linesWith("hush").isEmpty(), lines.toString());
  }

  @Test
  void eventsLoseTheirSecretsAndRowsStayAsTheyAre() {
    List<ObjectNode> told = new ArrayList<>();
    Trackers trackers =
        new Trackers(
            List.of(
                new Tracker() {
                  @Override
                  public void add(ObjectNode line) {
                    told.add(line);
                  }

                  @Override
                  public void rewindTo(long step) {}

                  @Override
                  public void publish() {}

                  @Override
                  public void end(End end) {}
                }));
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event
        .put("event", "failure")
        .put("step", 3)
        .put("reason", "no answer of http://me:hush@host/x");
    event.putArray("lines").add("spark.store.password=hush");

    trackers.add(event);

    assertFalse(told.get(0).toString().contains("hush"), told.toString());
    assertEquals(3, told.get(0).path("step").asInt());
    assertEquals(1, told.get(0).path("lines").size());
  }
}
