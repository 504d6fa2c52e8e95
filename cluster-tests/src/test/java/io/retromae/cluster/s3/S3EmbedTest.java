package io.retromae.cluster.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retromae.cluster.Child;
import io.retromae.cluster.Retromae;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.VectorFile;
import io.retromae.embed.job.VectorManifest;
import io.retromae.embed.job.VectorVerifier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model, texts and vectors on S3, by spark-submit, with trouble and a killed driver. */
class S3EmbedTest {
  private static final String NAME = "embedding";
  private static final String BUCKET = "s3a://" + NAME;
  private static final Path MODEL =
      Path.of(System.getProperty("retromae.root"), "examples/golden/finetune/tiny");

  @TempDir static Path folder;
  private static S3Server server;
  private static Storage storage;
  private static Retromae retromae;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
    server.createBucket(NAME);
    storage = new Storage(server.configuration());
    for (String file : List.of("config.json", "model.safetensors", "vocab.txt")) {
      copy(MODEL.resolve(file), BUCKET + "/model/" + file);
    }
    Path texts = folder.resolve("texts.txt");
    Files.writeString(texts, "天 地 人\nka ke ki.\n\n书 文 字 学\n".repeat(1500));
    copy(texts, BUCKET + "/texts.txt");
    Retromae bySparkSubmit = Retromae.bySparkSubmit("--master", "local[2]");
    retromae = server.knownTo(bySparkSubmit, folder.resolve("hadoop-conf"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  private static void copy(Path from, String to) throws IOException {
    try (OutputStream out = storage.create(to)) {
      Files.copy(from, out);
    }
  }

  private static Child start(Retromae by, String model, String texts, String output)
      throws IOException {
    return by.start("embed", model, texts, output, "--set", "bytes_per_task=5000");
  }

  private static List<String> hashes(Storage where, String output) {
    return VectorManifest.open(where, output).files().stream().map(VectorFile::sha256).toList();
  }

  @Test
  void troubleAndAKilledDriverChangeNothing() throws Exception {
    String onDisk = folder.resolve("vectors").toString();
    String texts = folder.resolve("texts.txt").toString();
    try (Child undisturbed = start(Retromae.embedded(), MODEL.toString(), texts, onDisk)) {
      undisturbed.done();
    }
    String output = BUCKET + "/vectors";
    try (Child killed = start(retromae, BUCKET + "/model", BUCKET + "/texts.txt", output)) {
      killed.await("^records  6,000 to embed");
      killed.signal("KILL");
      killed.exitCode();
      assertFalse(VectorManifest.exists(storage, output));
    }

    try (Child resumed = start(retromae, BUCKET + "/model", BUCKET + "/texts.txt", output)) {
      resumed.await("^model ");
      Front front = server.front();
      front.plan(Fault.SLOW_DOWN, 5);
      front.plan(Fault.INTERNAL_ERROR, 3);
      front.plan(Fault.CUT_ANSWER, 2);
      front.plan(Fault.CUT_UPLOAD, 2);
      resumed.done();
      assertEquals(5, front.met(Fault.SLOW_DOWN));
      assertEquals(2, front.met(Fault.CUT_UPLOAD));
    }

    assertEquals(
        hashes(new Storage(new Configuration()), onDisk), hashes(storage, output), "equal bytes");
    assertEquals(6_000, VectorVerifier.verify(storage, output).rows());
  }
}
