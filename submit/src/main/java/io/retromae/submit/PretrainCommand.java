package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainJob;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.pretrain.job.TrainingReport;
import java.io.IOException;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shards to checkpoints and an exported model. */
@Command(
    name = "pretrain",
    description = "Shards to a trained model; resumes by itself from the newest whole checkpoint.",
    mixinStandardHelpOptions = true)
final class PretrainCommand extends JobCommand {
  @Option(names = "--from-scratch", description = "Drop what this run has reached; begin again.")
  private boolean fromScratch;

  PretrainCommand(Console console) {
    super(console);
  }

  @Override
  int execute() throws IOException {
    Resolved<PretrainConfig> config = load(PretrainConfig.class);
    Storage storage = new Storage(sessions().hadoopConfiguration());
    PretrainPlan plan = PretrainPlan.of(storage, config.value());
    if (dryRun()) {
      console().result(config.yaml());
      plan.describe(config.value()).forEach(console()::result);
      console().result(sessions().sparkSubmit("pretrain"));
      return ExitCode.DONE;
    }
    OutputMode mode = fromScratch && mode() == OutputMode.RESUME ? OutputMode.FROM_SCRATCH : mode();
    try (JavaSparkContext spark = sessions().start("retromae-pretrain")) {
      return train(spark, config, mode, console());
    }
  }

  /** Runs the job and tells how it ended. */
  @SuppressWarnings("try") // the signal handler is held, not used
  static int train(
      JavaSparkContext spark, Resolved<PretrainConfig> config, OutputMode mode, Console console)
      throws IOException {
    PretrainJob job = new PretrainJob(spark, config, console::line);
    TrainingReport report;
    try (StopSignal ignored = StopSignal.install(job::requestStop)) {
      report = job.run(mode);
    }
    if (!report.finished()) {
      console.result(
          "stopped at step %,d of %,d; the same command goes on from there"
              .formatted(report.state().step(), report.totalSteps()));
      return ExitCode.STOPPED;
    }
    console.result(
        "done     %,d steps, loss %.4f -> %.4f, model in %s"
            .formatted(
                report.totalSteps(),
                report.state().firstLoss(),
                report.state().lastLosses().total(),
                report.exportFolder()));
    return ExitCode.DONE;
  }
}
