package io.retromae.pretrain.train;

import java.io.IOException;
import java.util.List;

/** What the loop tells the world, and what it asks it. */
public interface TrainingObserver {
  /** A step was done. Called on every rank. */
  void stepDone(StepReport report) throws IOException;

  /** The model was scored on held-out samples. Called on every rank. */
  void evaluated(EvaluationReport report, double seconds) throws IOException;

  /**
   * The run should be saved now: parameters, moments and this state. Called on every rank, after
   * {@link #settle} and an exchange of notes.
   */
  void save(TrainingState state) throws IOException;

  /**
   * Returns when this rank has done its share of the last save, and throws if it could not. Called
   * on every rank before the next save and at the end.
   */
  void settle();

  /**
   * What this rank has to tell the observers of all ranks, once; empty for nothing. Does not wait.
   * It travels with the next step's message.
   */
  byte[] takeNote();

  /** What the ranks' observers had to tell, by rank; where nobody had anything it is not called. */
  void heard(List<byte[]> notes);

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
