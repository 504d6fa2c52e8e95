package io.retromae.training.worker;

import io.retromae.core.storage.Storage;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.settings.TrainingSettings;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;

/**
 * What a job hands the engine: made on the driver, shipped to every worker inside Spark's task.
 * Implementations hold plain values.
 */
public interface TrainingTask extends Serializable {
  /** The engine's part of the job's settings. */
  TrainingSettings settings();

  /** The course of the run with so many workers. */
  RunPlan plan(int worldSize);

  /** How the best checkpoint is chosen. */
  SelectionRule selection();

  /** What the driver has planned with; workers compare what they see themselves. */
  WorkerView view();

  /**
   * Opens what this process trains with; the caller closes it.
   *
   * @param storage as this process reaches it
   * @param checkpoint qualified folder of the checkpoint's files to go on from; empty for a fresh
   *     start
   */
  TrainingInput<?> open(Storage storage, Optional<String> checkpoint) throws IOException;
}
