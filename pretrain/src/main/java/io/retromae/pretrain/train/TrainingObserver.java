package io.retromae.pretrain.train;

import java.io.IOException;

/** What the loop tells the world, and what it asks it. */
public interface TrainingObserver {
  /** A step was done. Called on every rank. */
  void stepDone(StepReport report) throws IOException;

  /** The model was scored on held-out samples. Called on every rank. */
  void evaluated(EvaluationReport report, double seconds) throws IOException;

  /** The run should be saved now: parameters, moments and this state. Called on every rank. */
  void save(TrainingState state) throws IOException;

  /**
   * Whether this rank finds that it is time for a checkpoint, beside those at fixed steps. If one
   * rank does, all save after the step they are in.
   */
  boolean saveDue();

  /** Whether somebody asked this rank to stop; the loop then ends after a step, saved. */
  boolean stopRequested();

  /** Throws if this rank's task was cancelled; called between micro-batches. */
  void checkCancelled();
}
