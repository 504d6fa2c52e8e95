package io.retromae.submit;

import io.retromae.core.output.OutputMode;
import io.retromae.training.attempt.TrainingReport;
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

  /** Tells how a training ended; the exit code. */
  static int ended(TrainingReport report, Console console) {
    console.result(report.words());
    return report.finished() ? ExitCode.DONE : ExitCode.STOPPED;
  }
}
