package io.retromae.training.attempt;

/** Where a run's story goes, one line per event, for the person who started it. */
@FunctionalInterface
public interface RunConsole {
  /** Shows a line. */
  void line(String text);

  /** Shows how far the run is: on a terminal in place of what was shown so before. */
  default void progress(String text) {
    line(text);
  }

  /**
   * Whether steps are told in a line of less than 100 columns: loss, rate, speed, utilization, time
   * to go. All else is in metrics.jsonl.
   */
  default boolean brief() {
    return false;
  }
}
