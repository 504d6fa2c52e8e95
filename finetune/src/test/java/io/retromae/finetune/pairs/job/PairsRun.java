package io.retromae.finetune.pairs.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.hash.Sha256;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.pairs.PairsConfig;
import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** A run of the job with settings that a test adds one by one; also in a process of its own. */
final class PairsRun {
  static final Path ROOT = Path.of(System.getProperty("retromae.root"));
  static final Storage STORAGE = new Storage(new Configuration());
  static final String TASK = "a task ended";
  static final String DONE = "the pairs are finished";

  private final Path output;
  private final List<String> settings = new ArrayList<>();

  private PairsRun(Path output) {
    this.output = output;
    settings.add("output=" + output);
  }

  static PairsRun into(Path output) {
    return new PairsRun(output);
  }

  /** Some of the samples of both languages, in many units. */
  static PairsRun ofSamples(Path output) {
    return into(output)
        .with(
            "inputs=[{path: '%1$s/examples/pile/00.jsonl.zst', format: pile}, {path: '%1$s/examples/wudao/part-202102.json', format: wudao}]"
                .formatted(ROOT),
            "reader.split_mb=0.2");
  }

  PairsRun with(String... assignments) {
    settings.addAll(List.of(assignments));
    return this;
  }

  List<String> settings() {
    return List.copyOf(settings);
  }

  PairsReport run() {
    return run(LocalSpark.shared());
  }

  PairsReport run(JavaSparkContext spark) {
    PairsPlan plan =
        PairsPlan.of(STORAGE, ConfigLoader.load(PairsConfig.class, List.of(), settings));
    return new PairsJob(spark, plan, line -> {}, line -> {}).run(OutputMode.RESUME);
  }

  /** Hashes of the data sets, by name. */
  Map<String, String> hashes() throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(output.resolve("data"))) {
      for (Path file : files.toList()) {
        var digest = Sha256.newDigest();
        digest.update(Files.readAllBytes(file));
        hashes.put(file.getFileName().toString(), Sha256.hex(digest));
      }
    }
    return hashes;
  }

  /** Runs the job with the given settings and tells of each finished task, to be killed. */
  public static void main(String[] settings) {
    JavaSparkContext spark = LocalSpark.shared();
    spark
        .sc()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                System.out.println(TASK);
              }
            });
    PairsPlan plan =
        PairsPlan.of(STORAGE, ConfigLoader.load(PairsConfig.class, List.of(), List.of(settings)));
    new PairsJob(spark, plan, line -> {}, line -> {}).run(OutputMode.RESUME);
    System.out.println(DONE);
    System.exit(0);
  }
}
