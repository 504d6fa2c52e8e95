package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import io.retromae.training.worker.LocalCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four task slots in two executor processes that know Spark's secret, and encrypt because Spark
 * does. Workers shard the optimizer's state and use two connections each.
 */
class EncryptedClusterTest {
  private static final String[] SHARDED = {
    "cluster.zero_stage=1", "cluster.streams=2", "cluster.replica_check_steps=1"
  };

  /** With [CLS] and [SEP]; one sample in twenty has so many tokens. */
  private static final int LONGEST_TEXT = 29;

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void trainAlone() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600);
    spark =
        new JavaSparkContext(
            LocalCluster.conf("local-cluster[2,2,1024]")
                .set("spark.executor.cores", "2")
                .set("spark.authenticate", "true")
                .set("spark.authenticate.secret", "a secret of this application")
                .set("spark.network.crypto.enabled", "true"));
    assertTrue(job("alone", 1, line -> {}).run(OutputMode.RESUME).finished());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static PretrainJob job(String output, int workers, RunConsole console, String... more) {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, output));
    settings.add("cluster.workers=" + workers);
    settings.addAll(List.of(more));
    Resolved<PretrainConfig> config = ConfigLoader.load(PretrainConfig.class, List.of(), settings);
    return new PretrainJob(spark, config, console);
  }

  private static byte[] weights(String output) throws IOException {
    return PretrainJobTest.weights(folder.resolve(output));
  }

  @Test
  void twoAndFourWorkersTrainToTheBitsOfOne() throws IOException {
    job("two", 2, line -> {}, SHARDED).run(OutputMode.RESUME);
    job("four", 4, line -> {}, SHARDED).run(OutputMode.RESUME);

    assertArrayEquals(weights("alone"), weights("two"));
    assertArrayEquals(weights("alone"), weights("four"));
  }

  private static TrainingReport trainUntil(long step, int workers, String... more)
      throws IOException {
    AtomicReference<PretrainJob> job = new AtomicReference<>();
    RunConsole console =
        line -> {
          if (line.startsWith("step=" + step + " loss=")) {
            job.get().requestStop();
          }
        };
    job.set(job("resized", workers, console, more));
    return job.get().run(OutputMode.RESUME);
  }

  @Test
  void aRunGoesOnWithTwoThenFourThenOneWorkerToTheSameBits() throws IOException {
    TrainingReport two = trainUntil(3, 2, SHARDED);
    TrainingReport four = trainUntil(7, 4, SHARDED);
    TrainingReport one = trainUntil(Long.MAX_VALUE, 1);

    assertFalse(two.finished());
    assertFalse(four.finished());
    assertTrue(one.finished());
    assertArrayEquals(weights("alone"), weights("resized"));
  }

  @Test
  void whereSparkDemandsEncryptionPlainConnectionsAreRefused() {
    var refused =
        assertThrows(
            ConfigException.class,
            () -> job("refused", 2, line -> {}, "cluster.encryption=none").run(OutputMode.RESUME));

    assertTrue(refused.getMessage().contains("spark.network.crypto.enabled"));
    assertTrue(Files.notExists(folder.resolve("refused")), "nothing was begun");
  }

  /**
   * A model whose last position is so large that nothing comes of it but NaN, though its values are
   * numbers: only a rank that has so long a text notices.
   */
  private static String brokenModel() throws IOException {
    Path model = folder.resolve("broken");
    Path export = folder.resolve("alone/export");
    try (var files = Files.walk(export)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(export.relativize(file)));
      }
    }
    Path file = model.resolve("model.safetensors");
    Map<String, TensorData> tensors;
    try (InputStream in = Files.newInputStream(file)) {
      tensors = Safetensors.read("model.safetensors", in);
    }
    String name = "bert.embeddings.position_embeddings.weight";
    TensorData positions = tensors.get(name);
    ByteBuffer bytes =
        ByteBuffer.allocate(positions.bytes().remaining()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(0, positions.bytes(), 0, bytes.capacity());
    int row = (int) positions.shape()[1] * Float.BYTES;
    for (int i = 0; i < row; i += Float.BYTES) { // their sum overflows in the layer norm
      bytes.putFloat((LONGEST_TEXT - 1) * row + i, Float.MAX_VALUE);
    }
    tensors.put(name, new TensorData("F32", positions.shape(), bytes));
    try (OutputStream out = Files.newOutputStream(file)) {
      Safetensors.write(out, tensors, Map.of("format", "pt"));
    }
    return model.toString();
  }

  private static List<String> skipped(String output, int workers, String model) throws IOException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    job(
            output,
            workers,
            lines::add,
            "init.from=" + model,
            "data.per_device_train_batch_size=2",
            "cluster.zero_stage=" + (workers > 1 ? 1 : 0))
        .run(OutputMode.RESUME);
    return lines.stream().filter(line -> line.startsWith("event=step_skipped ")).toList();
  }

  @Test
  void aStepInWhichOneRankHasNoNumbersIsSkippedByAll() throws IOException {
    String model = brokenModel();

    List<String> alone = skipped("nan1", 1, model);
    List<String> four = skipped("nan4", 4, model);

    assertTrue(!alone.isEmpty() && alone.size() < 10, alone.toString());
    assertEquals(alone, four);
    assertArrayEquals(weights("nan1"), weights("nan4"));
  }
}
