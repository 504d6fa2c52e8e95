package io.retromae.etl.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.report.EtlReport;
import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A run of the corpus job with settings that a test adds one by one. */
final class EtlRun {
  static final Path ROOT = Path.of(System.getProperty("retromae.root"));
  static final Storage STORAGE = new Storage(new Configuration());

  private final List<String> settings = new ArrayList<>();
  private final List<String> console = new ArrayList<>();

  /** A run that writes this corpus folder with the vocabulary of the examples. */
  static EtlRun into(Path output) {
    return new EtlRun().with("output=" + output).vocabulary(ROOT.resolve("examples/vocab.txt"));
  }

  /** The examples of both languages in short rows, a few shards. */
  static EtlRun ofExamples(Path output) {
    return into(output)
        .with(
            "inputs=[{path: '%s/examples/pile/*.zst', format: pile}, {path: '%s/examples/wudao/*.json', format: wudao}]"
                .formatted(ROOT, ROOT))
        .with("packing.max_seq_length=128", "samples_per_shard=3000");
  }

  EtlRun vocabulary(Path file) {
    return with("vocab=" + file);
  }

  /** A vocabulary of letters, at {@code vocab.txt} in a folder. */
  static Path letters(Path folder) throws IOException {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (char c = 'a'; c <= 'z'; c++) {
      tokens.addAll(List.of(String.valueOf(c), "##" + c));
    }
    return Files.writeString(folder.resolve("vocab.txt"), String.join("\n", tokens));
  }

  /** The only input. */
  EtlRun input(Path path, String format) {
    return with("inputs=[{path: '%s', format: %s}]".formatted(path, format));
  }

  /** Assignments; of two to one setting the later counts. */
  EtlRun with(String... assignments) {
    settings.addAll(List.of(assignments));
    return this;
  }

  /** The assignments, for another process. */
  List<String> settings() {
    return List.copyOf(settings);
  }

  Resolved<EtlConfig> config() {
    return ConfigLoader.load(EtlConfig.class, List.of(), settings);
  }

  /** Runs on the shared Spark; goes on with work that is there. */
  EtlReport run() {
    return run(LocalSpark.shared());
  }

  EtlReport run(JavaSparkContext spark) {
    return new CorpusEtlJob(spark, config(), console::add).run(OutputMode.RESUME);
  }

  /** What the runs said. */
  List<String> console() {
    return console;
  }

  static ShardManifest manifest(Path corpus) {
    return ShardManifest.open(STORAGE, corpus.toString());
  }

  /** The hashes of a corpus's shards, in order. */
  static List<String> hashes(Path corpus) {
    return manifest(corpus).shards().stream().map(ShardEntry::sha256).toList();
  }
}
