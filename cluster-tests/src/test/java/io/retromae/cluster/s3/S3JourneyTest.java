package io.retromae.cluster.s3;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.cluster.Child;
import io.retromae.cluster.Journey;
import io.retromae.cluster.Retromae;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs, vocabulary, corpus, run and export on S3. */
class S3JourneyTest {
  private static final String BUCKET = "s3a://journeys";

  @TempDir static Path folder;
  private static S3Server server;
  private static Storage storage;
  private static Retromae retromae;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
    server.createBucket("journeys");
    storage = new Storage(server.configuration());
    Journey.provide(storage, BUCKET + "/raw");
    retromae =
        server
            .retromae(folder.resolve("hadoop-conf"), Map.of())
            .withVariable("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
            .withVariable("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @AfterEach
  void behave() {
    server.front().forget();
  }

  private static Journey journey(String name) throws IOException {
    return new Journey(retromae, storage, BUCKET + "/raw", BUCKET + "/" + name);
  }

  @Test
  void rawTextBecomesAModel() throws Exception {
    Journey journey = journey("undisturbed");
    try (Child etl = journey.startEtl()) {
      etl.done();
    }
    server.front().forget();
    try (Child pretrain = journey.startPretrain()) {
      pretrain.done();
    }
    Map<String, Integer> counts = server.front().counts();
    assertTrue(counts.getOrDefault("COMPLETE", 0) > 0, counts.toString());
    journey.assertSameBytes();
  }
}
