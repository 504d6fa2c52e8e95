package io.retromae.training.checkpoint;

import java.util.Optional;
import java.util.function.LongSupplier;

/** Says when the last checkpoint is so many minutes old that another is due. One thread. */
public final class CheckpointTimer {
  private static final double NANOS_PER_MINUTE = 60e9;

  private final Optional<Double> minutes;
  private final LongSupplier nanoTime;
  private long last;

  /**
   * Counts from now.
   *
   * @param minutes until a checkpoint is due; empty for never
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  public CheckpointTimer(Optional<Double> minutes, LongSupplier nanoTime) {
    this.minutes = minutes;
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  /** Whether the time has come. */
  public boolean due() {
    double passed = (nanoTime.getAsLong() - last) / NANOS_PER_MINUTE;
    return minutes.isPresent() && passed >= minutes.get();
  }

  /** Counts from now again. */
  public void restart() {
    last = nanoTime.getAsLong();
  }
}
