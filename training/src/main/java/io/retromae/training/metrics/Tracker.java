package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Where a run's lines go: metrics.jsonl, TensorBoard, a tracking server. What a tracker cannot
 * write it says once and writes later: none ends a run, or holds it up.
 */
public interface Tracker {
  /** How a driver leaves a run. */
  enum End {
    /** It came to its end. */
    FINISHED,
    /** It was asked to stop; a later start goes on with it. */
    STOPPED,
    /** Something went wrong; a later start may go on with it. */
    FAILED
  }

  /** Takes an event, or a row: a step or an evaluation. */
  void add(ObjectNode line);

  /**
   * What was said of steps after this one is void: they are done again and will say it again. 0 is
   * the beginning, which says again what it starts with, too.
   */
  void rewindTo(long step);

  /** Writes what there is, where that is not done anyhow. */
  void publish();

  /** Writes the rest; nothing comes after it. */
  void end(End end);
}
