package io.retromae.training.collective;

import java.util.Arrays;

/** How long operations have waited for others of late, and what is unusual. */
final class WaitHistory {
  /** Operations looked back at. */
  private static final int WINDOW = 64;

  /** Fewer say nothing. */
  private static final int LEAST = 8;

  private static final long FACTOR = 5;

  /** Shorter waits are not worth a word. */
  private static final long LEAST_NANOS = 1_000_000_000;

  private final long[] nanos = new long[WINDOW];
  private long count;

  /** Notes how long an operation has waited. */
  synchronized void add(long waited) {
    nanos[(int) (count++ % WINDOW)] = waited;
  }

  /** Whether a wait is five times the usual one, and at least a second. */
  synchronized boolean unusual(long waiting) {
    return count >= LEAST && waiting >= LEAST_NANOS && waiting > FACTOR * median();
  }

  /** The usual wait. */
  synchronized long median() {
    long[] sorted = Arrays.copyOf(nanos, (int) Math.min(count, WINDOW));
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
