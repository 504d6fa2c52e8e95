package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.etl.job.VocabularyConfig;
import io.retromae.etl.job.VocabularyJob;
import io.retromae.submit.estimate.CostEstimate;
import io.retromae.submit.estimate.JobSizing;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.SparkSetup;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** Trains a WordPiece vocabulary. */
@Command(
    name = "vocab",
    description = "Trains a WordPiece vocabulary on a corpus.",
    mixinStandardHelpOptions = true)
final class VocabularyCommand extends SparkCommand {
  VocabularyCommand(Console console) {
    super(console);
  }

  @Override
  Set<String> uses(Set<String> declared) {
    return Set.of("--config", "--set", "--output", "--dry-run");
  }

  @Override
  int execute() throws IOException {
    Resolved<VocabularyConfig> config = load(VocabularyConfig.class);
    VocabularyJob.Inputs inputs = VocabularyJob.check(storage(), config.value());
    JobDemand demand = JobSizing.anyNumber(inputs.files().size(), master());
    SparkSetup setup = setup(demand, EtlCommand.paths(config.value().inputs()), conf -> List.of());
    return showOrDo(
        setup,
        demand,
        () -> show(config, inputs, setup, demand),
        spark -> run(spark, config, inputs));
  }

  private int run(
      JavaSparkContext spark, Resolved<VocabularyConfig> config, VocabularyJob.Inputs inputs) {
    AtomicReference<Vocabulary> made = new AtomicReference<>();
    if (!stop().unlessStopped(spark, () -> made.set(VocabularyJob.run(spark, config, inputs)))) {
      console().result("stopped; nothing was written");
      return ExitCode.STOPPED;
    }
    console()
        .result("done     %,d tokens in %s".formatted(made.get().size(), config.value().output()));
    return ExitCode.DONE;
  }

  private void show(
      Resolved<VocabularyConfig> config,
      VocabularyJob.Inputs inputs,
      SparkSetup setup,
      JobDemand demand) {
    DryRun report = new DryRun(console(), System.getenv());
    report.section(
        "inputs",
        List.of("%d files, %.1f MB".formatted(inputs.files().size(), inputs.bytes() / 1e6)));
    report.section("output", List.of(config.value().output() + ": new"));
    report.section("memory", CostEstimate.memory(setup, demand));
    report.spark(setup, demand, this, Map.of(name(), config));
  }
}
