package io.retromae.training.loop;

import java.io.IOException;
import java.util.List;

/**
 * Saves the run. Ranks do it together: each may tell the others something, and if one of them finds
 * that it is time, all save.
 */
public interface Saver {
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
   * What this rank has to tell the savers of all ranks, once; empty for nothing. Does not wait. It
   * travels with the next step's message.
   */
  byte[] takeNote();

  /** What the ranks' savers had to tell, by rank; where nobody had anything it is not called. */
  void heard(List<byte[]> notes);

  /**
   * Whether this rank finds that it is time for a checkpoint, beside those at fixed steps. If one
   * rank does, all save after the step they are in.
   */
  boolean saveDue();
}
