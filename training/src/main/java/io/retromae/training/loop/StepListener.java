package io.retromae.training.loop;

import java.io.IOException;

/** Hears what the loop has done. Called on every rank, by the loop's thread. */
public interface StepListener {
  /** A step was done. */
  void stepDone(StepReport report) throws IOException;

  /** The model was scored on held-out samples. */
  void evaluated(EvaluationReport report, double seconds) throws IOException;

  /** A probe has measured the model. */
  void probed(Probe.Report report, double seconds) throws IOException;
}
