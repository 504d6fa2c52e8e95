package io.retromae.pretrain.job;

/** Where a run's story goes, one line per event, for the person who started it. */
@FunctionalInterface
public interface RunConsole {
  /** Shows a line. */
  void line(String text);
}
