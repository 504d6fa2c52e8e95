package io.retromae.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.hash.Sha256;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Raw text to an exported model: what must give the same bytes on every kind of cluster and
 * storage, whatever happens on the way. The first to ask makes the model that all are compared
 * with, by an embedded Spark on local disk.
 *
 * @param retromae how commands are run
 * @param storage reaches the folder from the test
 * @param inputs folder with {@code pile/} and {@code wudao/}
 * @param output folder to write
 */
public record Journey(Retromae retromae, Storage storage, String inputs, String output) {
  /** Updates of the model; a checkpoint after every second one. */
  public static final int STEPS = 12;

  private static final List<String> INPUT_FILES =
      List.of("pile/00.jsonl.zst", "wudao/part-202101.json");

  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

  /** The same in all JVMs of this build, another in the next one. */
  private static final String BUILD_START = System.getProperty("retromae.build.start");

  private static Path undisturbed;
  private static Outcome expected;

  /** What a journey leaves behind. */
  private record Outcome(List<String> shards, String model) {}

  /** Copies the raw text and the vocabulary to where a journey starts. */
  public static void provide(Storage storage, String inputs) throws IOException {
    List<String> files = new ArrayList<>(INPUT_FILES);
    files.add("vocab.txt");
    for (String file : files) {
      try (InputStream in = Files.newInputStream(SparkHome.ROOT.resolve("examples").resolve(file));
          var out = storage.create(inputs + "/" + file)) {
        in.transferTo(out);
      }
    }
  }

  /** A journey over local disk. */
  public static Journey onDisk(Retromae retromae, Path folder) {
    return new Journey(
        retromae,
        new Storage(new Configuration()),
        SparkHome.ROOT.resolve("examples").toString(),
        folder.toString());
  }

  /** Starts the corpus job. */
  public Child startEtl(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--set",
                "inputs=[{path: '%1$s/pile/00.*', format: pile}, {path: '%1$s/wudao/*01.json', format: wudao}]"
                    .formatted(inputs),
                "--set",
                "vocab=" + inputs + "/vocab.txt",
                "--set",
                "packing.max_seq_length=64",
                "--set",
                "samples_per_shard=1024",
                "--output",
                output + "/corpus"));
    arguments.addAll(List.of(more));
    return retromae.start("etl", arguments.toArray(String[]::new));
  }

  /** Starts training with two workers. */
  public Child startPretrain(String... more) throws IOException {
    List<String> arguments = new ArrayList<>();
    for (String setting :
        List.of(
            "corpus=" + output + "/corpus",
            "init.config={hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 2, max_position_embeddings: 64}",
            "data={max_seq_length: 64, logical_shards: 4, per_device_train_batch_size: 4}",
            "schedule.max_steps=" + STEPS,
            "checkpoint.save_steps=2",
            "logging.logging_steps=1",
            "cluster={workers: 2, threads_per_worker: 1}")) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of("--output", output + "/run"));
    arguments.addAll(List.of(more));
    return retromae.start("pretrain", arguments.toArray(String[]::new));
  }

  /** Runs the corpus job to its end, which has to be a good one; what it printed. */
  public Child etl() throws IOException, InterruptedException {
    try (Child etl = startEtl()) {
      return etl.done();
    }
  }

  /** The same of training. */
  public Child pretrain() throws IOException, InterruptedException {
    try (Child pretrain = startPretrain()) {
      return pretrain.done();
    }
  }

  /** The corpus has the shards, the export the weights, that an undisturbed run on disk has. */
  public void assertSameBytes() throws IOException, InterruptedException {
    Outcome wanted = expected();
    assertEquals(wanted.shards(), outcome().shards());
    assertEquals(wanted.model(), outcome().model());
  }

  private Outcome outcome() throws IOException {
    List<String> shards =
        ShardManifest.open(storage, output + "/corpus").shards().stream()
            .map(ShardEntry::sha256)
            .toList();
    try (InputStream in = storage.open(output + "/run/export/model.safetensors")) {
      return new Outcome(shards, Sha256.of(in));
    }
  }

  /** A corpus that the job made undisturbed, on disk. */
  public static Path undisturbedCorpus() throws IOException, InterruptedException {
    expected();
    return undisturbed.resolve("corpus");
  }

  /** Made once in a build: test classes of another JVM find it, or wait until it is there. */
  private static synchronized Outcome expected() throws IOException, InterruptedException {
    if (expected == null) {
      undisturbed = TEMPORARY.resolve("undisturbed-journey-" + BUILD_START);
      Journey journey = onDisk(Retromae.embedded(), undisturbed);
      try (FileChannel file =
              FileChannel.open(
                  TEMPORARY.resolve("undisturbed-journey-" + BUILD_START + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        if (lock.isValid() && !Files.exists(undisturbed.resolve("run/export"))) {
          journey.etl();
          journey.pretrain();
        }
      }
      expected = journey.outcome();
    }
    return expected;
  }
}
