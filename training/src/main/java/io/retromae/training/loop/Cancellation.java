package io.retromae.training.loop;

/** Whether the loop is to end before its plan does. */
public interface Cancellation {
  /** Whether somebody asked this rank to stop; the loop then ends after a step, saved. */
  boolean stopRequested();

  /** Throws if this rank is to end at once; called between micro-batches. */
  void checkCancelled();
}
