package io.retromae.training.loop;

/** Elapsed time, for reports only. */
final class Stopwatch {
  private Stopwatch() {}

  /** Milliseconds since a reading of {@link System#nanoTime}. */
  static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }
}
