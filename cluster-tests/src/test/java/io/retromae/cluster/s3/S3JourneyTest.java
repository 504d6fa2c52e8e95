package io.retromae.cluster.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.cluster.Child;
import io.retromae.cluster.Journey;
import io.retromae.cluster.Retromae;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs, vocabulary, corpus, run and export on S3; credentials by the environment. */
class S3JourneyTest {
  private static final String NAME = "journeys";
  private static final String BUCKET = "s3a://" + NAME;

  @TempDir static Path folder;
  private static S3Server server;
  private static Storage storage;
  private static Retromae retromae;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
    server.createBucket(NAME);
    storage = new Storage(server.configuration());
    Journey.provide(storage, BUCKET + "/raw");
    Retromae bySparkSubmit = Retromae.bySparkSubmit("--master", "local[2]");
    retromae = server.knownTo(bySparkSubmit, folder.resolve("hadoop-conf"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @AfterEach
  void behave() {
    server.front().forget();
  }

  private static Journey journey(Retromae by, String name) {
    return new Journey(by, storage, BUCKET + "/raw", BUCKET + "/" + name);
  }

  /** The same, and it tells all that it does. */
  private static Retromae talkative(Retromae quiet, Path events) {
    return quiet.with(
        "--conf", "spark.eventLog.enabled=true",
        "--conf", "spark.eventLog.compress=false",
        "--conf", "spark.eventLog.dir=" + events.toUri(),
        "--conf", "spark.log.level=INFO");
  }

  @Test
  void withEitherSparkRawTextBecomesAModelAndNobodySeesTheSecret() throws Exception {
    Path events = Files.createDirectories(folder.resolve("events"));
    Retromae embedded = server.knownTo(Retromae.embedded(), folder.resolve("hadoop-conf"));
    Journey corpus = journey(talkative(embedded, events), "undisturbed");
    assertFalse(corpus.etl().output().contains(S3Server.SECRET_KEY));
    server.front().forget();
    Journey journey = journey(talkative(retromae, events), "undisturbed");
    assertFalse(journey.pretrain().output().contains(S3Server.SECRET_KEY));
    Map<String, Integer> requests = server.front().counts();
    assertTrue(requests.getOrDefault("COMPLETE", 0) > 0, requests.toString());
    assertEquals(0, requests.getOrDefault("COPY", 0), "a rename");
    journey.assertSameBytes();
    assertEquals(List.of(), server.objectsWith(NAME, S3Server.SECRET_KEY));
    assertEquals(2, filesWithout(events, S3Server.SECRET_KEY));
  }

  private static int filesWithout(Path folder, String text) throws IOException {
    int files = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(content.contains(text), file.toString());
        files += content.contains("SparkListenerEnvironmentUpdate") ? 1 : 0;
      }
    }
    return files;
  }

  private static void planTrouble() {
    Front front = server.front();
    front.plan(Fault.SLOW_DOWN, 5);
    front.plan(Fault.INTERNAL_ERROR, 3);
    front.plan(Fault.CUT_ANSWER, 2);
    front.plan(Fault.DRIP_ANSWER, 2);
    front.plan(Fault.CUT_UPLOAD, 2);
  }

  private static void assertTrouble() {
    assertEquals(
        List.of(5, 3, 2, 2, 2),
        Stream.of(
                Fault.SLOW_DOWN,
                Fault.INTERNAL_ERROR,
                Fault.CUT_ANSWER,
                Fault.DRIP_ANSWER,
                Fault.CUT_UPLOAD)
            .map(server.front()::met)
            .toList());
  }

  @Test
  void refusalsCutsDropsAndAKilledDriverChangeNothing() throws Exception {
    Journey journey = journey(retromae, "disturbed");
    try (Child etl = journey.startEtl()) {
      etl.await("^vocab ");
      planTrouble();
      etl.done();
      assertTrouble();
    }
    server.front().forget();
    try (Child pretrain = journey.startPretrain()) {
      pretrain.await("step=4 event=checkpoint");
      server.front().plan(Fault.SILENCE, Integer.MAX_VALUE);
      String held = "s3a:/" + server.front().awaitMet(Fault.SILENCE).path();
      pretrain.signal("KILL");
      pretrain.exitCode();
      assertFalse(storage.exists(held), held);
      assertFalse(storage.exists(held.substring(0, held.lastIndexOf('/')) + ".json"), held);
    }
    server.front().forget();
    try (Child pretrain = journey.startPretrain()) {
      pretrain.await("step=5 loss");
      planTrouble();
      server.front().plan(Fault.NO_SUCH_UPLOAD, 1);
      server.front().plan(Fault.NOT_COMPLETED, 1);
      pretrain.done();
      assertTrouble();
      assertEquals(1, server.front().met(Fault.NO_SUCH_UPLOAD));
      assertEquals(1, server.front().met(Fault.NOT_COMPLETED));
      assertEquals(List.of(), pretrain.linesWith("step=4 loss"), "resumed");
      assertFalse(pretrain.linesWith("event=checkpoint_failed").isEmpty(), pretrain.output());
    }
    journey.assertSameBytes();
  }
}
