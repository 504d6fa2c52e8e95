package io.retromae.training.attempt;

import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.training.metrics.MetricsLog;
import io.retromae.training.metrics.RunDescription;
import io.retromae.training.metrics.TensorBoardLog;
import io.retromae.training.metrics.Tracker;
import io.retromae.training.metrics.Trackers;
import io.retromae.training.mlflow.MlflowTracker;
import io.retromae.training.report.RunReport;
import io.retromae.training.settings.LoggingSettings;
import java.util.ArrayList;
import java.util.List;

/** The trackers that a run's settings ask for. */
final class RunTrackers {
  private RunTrackers() {}

  /**
   * Begins to track a run.
   *
   * @param folder qualified path of the run
   * @param console for what a tracker has to say of itself
   */
  static Tracker open(Storage storage, String folder, TrainingPlan plan, RunConsole console) {
    LoggingSettings settings = plan.task().settings().logging();
    RunDescription description =
        RunDescription.of(plan.job(), folder, plan.resolved(), plan.identity().keySet());
    MetricsLog metrics = MetricsLog.open(storage, folder);
    TensorBoardLog.deleteStaged(storage, folder);
    new OwnedFolder(storage, folder).deleteStaged(RunReport.FOLDER); // of a killed driver
    List<Tracker> trackers = new ArrayList<>(List.of(metrics));
    if (settings.tensorboard()) {
      trackers.add(TensorBoardLog.open(storage, description));
    }
    trackers.add( // before those that send the report
        new RunReporter(storage, folder, plan.corpus(), console));
    if (settings.mlflow().uri().isPresent()) {
      trackers.add(
          MlflowTracker.start(
              settings.mlflow(), System.getenv(), storage, description, metrics, console::line));
    }
    return new Trackers(trackers);
  }
}
