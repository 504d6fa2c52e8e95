package io.retromae.embed.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.vector.Absent;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorReader;
import io.retromae.spark.LocalSpark;
import io.retromae.training.worker.JobProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A run of the job with the recorded tiny model and settings that a test adds one by one. */
final class EmbedRun {
  static final Path MODEL = Path.of(System.getProperty("finetune.golden.dir"), "tiny");
  static final Storage STORAGE = new Storage(new Configuration());

  private final Path output;
  private final List<String> settings = new ArrayList<>();
  private final List<String> console = new ArrayList<>();

  private EmbedRun(Path output) {
    this.output = output;
    with("model=" + MODEL, "output=" + output);
  }

  static EmbedRun into(Path output) {
    return new EmbedRun(output);
  }

  /** The only input, of whatever its name says. */
  EmbedRun input(Path path) {
    return with("inputs=[{path: '%s'}]".formatted(path));
  }

  /** Assignments; of two to one setting the later counts. */
  EmbedRun with(String... assignments) {
    settings.addAll(List.of(assignments));
    return this;
  }

  /** The run in a process of its own, which goes on with work that is there. */
  JobProcess process() {
    return new JobProcess(Resumed.class, List.copyOf(settings));
  }

  private static final class Resumed implements JobProcess.Job {
    @Override
    public void run(JavaSparkContext spark, List<String> settings) {
      EmbedRun run = into(Path.of("unused"));
      settings.forEach(run::with);
      run.run(spark, OutputMode.RESUME);
      SharedEncoder.closeIdle();
    }
  }

  Resolved<EmbedConfig> config() {
    return ConfigLoader.load(EmbedConfig.class, List.of(), settings);
  }

  EmbedPlan plan() {
    return EmbedPlan.of(STORAGE, config().value());
  }

  /** Runs on the Spark that tests of this JVM share; goes on with work that is there. */
  EmbedReport run() {
    return run(OutputMode.RESUME);
  }

  EmbedReport run(OutputMode mode) {
    return run(shared(), mode);
  }

  EmbedReport run(JavaSparkContext spark, OutputMode mode) {
    return new EmbedJob(spark, config(), console::add, text -> {}).run(mode, plan());
  }

  /** What the runs said. */
  String console() {
    return String.join("\n", console);
  }

  VectorManifest manifest() {
    return VectorManifest.open(STORAGE, output.toString());
  }

  /** The hashes of its files, in order. */
  List<String> hashes() {
    return manifest().files().stream().map(VectorFile::sha256).toList();
  }

  /** All ids and vectors of a folder or pattern below the output, in order; nulls left out. */
  VectorBlock vectors(String name) throws IOException {
    List<String> ids = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    VectorFiles files =
        VectorFiles.open(STORAGE, output.resolve(name).toString(), VectorColumns.DEFAULT);
    try (VectorReader reader = files.read(Absent.PASS_OVER)) {
      for (Optional<VectorBlock> next = reader.next(); next.isPresent(); next = reader.next()) {
        ids.addAll(next.get().ids());
        for (int i = 0; i < next.get().size(); i++) {
          vectors.add(next.get().vector(i));
        }
      }
    }
    return VectorBlock.of(ids, vectors.toArray(float[][]::new));
  }

  static JavaSparkContext shared() {
    return LocalSpark.shared();
  }
}
