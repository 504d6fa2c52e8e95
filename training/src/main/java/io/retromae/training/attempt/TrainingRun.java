package io.retromae.training.attempt;

import io.retromae.core.storage.Storage;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.optimize.Extension;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.worker.Course;
import io.retromae.training.worker.TrainingTask;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What all attempts of a run share.
 *
 * @param spark the driver's context
 * @param storage reaches corpus and run folder
 * @param folder qualified path of the run
 * @param task what is trained
 * @param cluster who trains it
 * @param totalSteps steps of the whole run
 * @param extensions by which it got more steps than at first
 * @param encrypted whether connections are encrypted
 */
public record TrainingRun(
    JavaSparkContext spark,
    Storage storage,
    String folder,
    TrainingTask task,
    ClusterSettings cluster,
    long totalSteps,
    List<Extension> extensions,
    boolean encrypted) {
  /** Copies the list. */
  public TrainingRun {
    extensions = List.copyOf(extensions);
  }

  /** How the best checkpoint is chosen. */
  SelectionRule selection() {
    return Course.selection(task, extensions);
  }
}
