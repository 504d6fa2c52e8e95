package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.submit.estimate.CostEstimate;
import io.retromae.submit.estimate.JobSizing;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.submit.spark.SparkSetup;
import io.retromae.training.attempt.ClusterChecks;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.estimate.TrainingCost;
import io.retromae.training.settings.ClusterSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the commands that train have in common. */
abstract class TrainingCommand extends SparkCommand {
  @Option(names = "--from-scratch", description = "Drop what this run has reached; begin again.")
  private boolean fromScratch;

  TrainingCommand(Console console) {
    super(console);
  }

  @Override
  OutputMode mode() {
    return fromScratch && super.mode() == OutputMode.RESUME
        ? OutputMode.FROM_SCRATCH
        : super.mode();
  }

  /**
   * What was worked out of a training before Spark starts.
   *
   * @param config as it was given
   * @param cluster who computes
   * @param output folder of the run
   * @param paths that workers open, by setting
   * @param cost what it needs
   * @param inputs the start-up lines
   * @param found what lies in the folder of the run
   */
  record Training(
      Resolved<?> config,
      ClusterSettings cluster,
      String output,
      Map<String, String> paths,
      TrainingCost cost,
      List<String> inputs,
      Look found) {}

  /** Looks at what lies in the folder of the run. */
  interface Look {
    OutputFolder.Found look() throws IOException;
  }

  /** Shows it if this is a dry run, else starts Spark and does the work. */
  int showOrTrain(Training training, Work work) throws IOException {
    MasterUrl master = master();
    JobDemand demand = JobSizing.training(training.cost(), properties(), master);
    SparkSetup setup =
        setup(
            demand,
            training.paths(),
            conf -> ClusterChecks.problems(conf, training.cluster(), master.isCluster()));
    return showOrDo(setup, demand, () -> show(training, setup, demand), work);
  }

  private void show(Training training, SparkSetup setup, JobDemand demand) throws IOException {
    OutputFolder.Found found = training.found().look();
    DryRun report = new DryRun(console(), System.getenv());
    report.section("inputs", training.inputs());
    report.run(storage(), training.output(), found);
    report.section("memory", CostEstimate.memory(training.cost(), setup, demand));
    report.section("time", CostEstimate.time(training.cost(), setup));
    report.spark(setup, demand, this, Map.of(name(), training.config()));
  }

  /** Tells how a training ended; the exit code. */
  static int ended(TrainingReport report, Console console) {
    console.result(report.words());
    return report.finished() ? ExitCode.DONE : ExitCode.STOPPED;
  }
}
