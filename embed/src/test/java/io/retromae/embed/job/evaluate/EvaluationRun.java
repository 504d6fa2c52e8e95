package io.retromae.embed.job.evaluate;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.evaluate.EvaluationConfig;
import io.retromae.embed.evaluate.EvaluationPlan;
import io.retromae.embed.report.EvaluationReport;
import io.retromae.spark.LocalSpark;
import io.retromae.training.worker.JobProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A run of the job with the recorded tiny model and settings that a test adds one by one. */
final class EvaluationRun {
  static final Path MODEL = Path.of(System.getProperty("finetune.golden.dir"), "tiny");
  static final Storage STORAGE = new Storage(new Configuration());
  static final String TWO =
      "competitors=[{name: cls, model: '%1$s'}, {name: mean, model: '%1$s', pooling: mean}]"
          .formatted(MODEL);

  private final Path output;
  private final List<String> settings = new ArrayList<>();
  private final List<String> console = new ArrayList<>();

  private EvaluationRun(Path output) {
    this.output = output;
    with("output=" + output);
  }

  static EvaluationRun into(Path output) {
    return new EvaluationRun(output);
  }

  /** Assignments; of two to one setting the later counts. */
  EvaluationRun with(String... assignments) {
    settings.addAll(List.of(assignments));
    return this;
  }

  /** The assignments, for another run. */
  List<String> settings() {
    return List.copyOf(settings);
  }

  /** The run in a process of its own, which goes on with work that is there. */
  JobProcess process() {
    return new JobProcess(Resumed.class, settings());
  }

  private static final class Resumed implements JobProcess.Job {
    @Override
    public void run(JavaSparkContext spark, List<String> settings) {
      EvaluationRun run = into(Path.of("unused"));
      settings.forEach(run::with);
      run.run(spark, OutputMode.RESUME);
      SharedEncoder.closeIdle();
    }
  }

  EvaluationReport run() {
    return run(shared(), OutputMode.RESUME);
  }

  EvaluationReport run(JavaSparkContext spark, OutputMode mode) {
    Resolved<EvaluationConfig> config =
        ConfigLoader.load(EvaluationConfig.class, List.of(), settings);
    EvaluationPlan plan = EvaluationPlan.of(STORAGE, config.value());
    return new EvaluationJob(spark, config, plan, console::add, text -> {}).run(mode);
  }

  /** What the runs said. */
  String console() {
    return String.join("\n", console);
  }

  /** The report for programs, without the folder's name. */
  String json() throws IOException {
    return Files.readString(output.resolve("report/report.json")).replace(output.toString(), "");
  }

  /** Paths of all files below a folder of the output, sorted. */
  List<String> files(String below) throws IOException {
    try (Stream<Path> files = Files.walk(output.resolve(below))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> output.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  static double score(EvaluationReport report, String task, String competitor) {
    return report.tasks().stream()
        .filter(result -> result.name().equals(task))
        .findFirst()
        .flatMap(result -> result.of(competitor))
        .orElseThrow()
        .value();
  }

  static JavaSparkContext shared() {
    return LocalSpark.shared();
  }
}
