package io.retromae.training.loop;

import io.retromae.training.measure.Probe;
import io.retromae.training.measure.Selection;
import java.io.IOException;

/** Hears what the loop has done. Called on every rank, by the loop's thread. */
public interface StepListener {
  /** A step was done. */
  void stepDone(StepReport report) throws IOException;

  /** The model was scored on held-out samples. */
  void evaluated(EvaluationReport report, double seconds) throws IOException;

  /** A probe has measured the model. */
  void probed(Probe.Report report, double seconds) throws IOException;

  /**
   * What checkpoints are compared by was measured.
   *
   * @param ends whether the run ends here, before its last step
   */
  void compared(long step, Selection selection, boolean ends) throws IOException;
}
