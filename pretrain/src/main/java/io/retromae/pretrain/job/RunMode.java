package io.retromae.pretrain.job;

/** How to treat an output folder that holds a run already. */
public enum RunMode {
  /** Go on where it stopped. */
  RESUME,
  /** Drop what it has reached and begin again, with the same configuration. */
  FROM_SCRATCH,
  /** Drop the run, whatever its configuration. */
  OVERWRITE
}
