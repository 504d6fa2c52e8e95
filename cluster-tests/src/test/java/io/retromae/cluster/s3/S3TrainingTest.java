package io.retromae.cluster.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.shard.ShardWriter;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainJob;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.TrainingReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run whose corpus, checkpoints and export are on an object store that is busy once. */
class S3TrainingTest {
  private static final int VOCABULARY_SIZE = 120;
  private static final int SAMPLES = 160;

  @TempDir Path disk;

  private static void writeCorpus(Storage storage, String folder) throws IOException {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = tokens.size(); i < VOCABULARY_SIZE; i++) {
      tokens.add("t" + i);
    }
    try (OutputStream out = storage.create(folder + "/vocab.txt")) {
      out.write((String.join("\n", tokens) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    Random random = new Random(5);
    ShardEntry shard;
    try (ShardWriter writer =
        new ShardWriter(storage, folder, "data/00000.parquet", 16, Map.of())) {
      for (int i = 0; i < SAMPLES; i++) {
        int[] ids = random.ints(8 + random.nextInt(20), 5, VOCABULARY_SIZE).toArray();
        writer.append(new Sample(ids, "test/set", "%032x".formatted(i), 0));
      }
      shard = writer.commit();
    }
    new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "test",
            Vocabulary.of(tokens).fingerprint(),
            VOCABULARY_SIZE,
            true,
            true,
            true,
            32,
            1,
            SAMPLES,
            shard.tokens(),
            List.of(shard),
            List.of(),
            Map.of())
        .publish(storage, folder);
  }

  private static SparkConf conf(Configuration s3) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("test")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    s3.forEach(
        setting -> {
          if (setting.getKey().startsWith("fs.s3a.")) {
            conf.set("spark.hadoop." + setting.getKey(), setting.getValue());
          }
        });
    return conf;
  }

  private static TrainingReport train(JavaSparkContext spark, String folder, RunConsole console)
      throws IOException {
    List<String> settings =
        List.of(
            "corpus=" + folder + "/corpus",
            "output=" + folder + "/run",
            "init.config.hidden_size=16",
            "init.config.num_hidden_layers=1",
            "init.config.num_attention_heads=2",
            "init.config.max_position_embeddings=32",
            "data.max_seq_length=32",
            "data.logical_shards=2",
            "data.per_device_train_batch_size=4",
            "schedule.max_steps=8",
            "checkpoint.save_steps=2",
            "logging.logging_steps=1",
            "cluster.zero_stage=1");
    var config = ConfigLoader.load(PretrainConfig.class, List.of(), settings);
    return new PretrainJob(spark, config, console).run(OutputMode.RESUME);
  }

  private static byte[] weights(Storage storage, String folder) throws IOException {
    try (InputStream in = storage.open(folder + "/run/export/model.safetensors")) {
      return in.readAllBytes();
    }
  }

  @Test
  void aRunOnABusyObjectStoreHasTheBitsOfOneOnDisk() throws Exception {
    S3Server server = new S3Server();
    server.createBucket("training");
    Storage storage = new Storage(server.configuration());
    writeCorpus(storage, "s3a://training/corpus");
    writeCorpus(storage, disk.resolve("corpus").toString());
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    RunConsole console =
        line -> {
          lines.add(line);
          if (line.startsWith("step=3 loss=")) {
            server.front().plan(Fault.SLOW_DOWN, 3);
          }
        };
    try (var spark = new JavaSparkContext(conf(server.configuration()))) {
      TrainingReport report = train(spark, "s3a://training", console);
      train(spark, disk.toString(), line -> {});

      assertTrue(report.finished());
      assertEquals(3, server.front().met(Fault.SLOW_DOWN), lines.toString());
      assertArrayEquals(weights(storage, disk.toString()), weights(storage, "s3a://training"));
    } finally {
      server.stop();
    }
  }
}
