package io.retromae.core.output;

/** How to treat an output folder that holds an earlier run. */
public enum OutputMode {
  /** Go on where it stopped. */
  RESUME,
  /** Drop what it has reached and begin again, with the same configuration. */
  FROM_SCRATCH,
  /** Drop the run, whatever its configuration. */
  OVERWRITE
}
