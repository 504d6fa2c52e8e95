package io.retromae.pretrain.worker;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** What a worker is about; written by its own thread, read by the one that sends signs of life. */
final class WorkerStatus {
  private static final String OURS = "io.retromae.pretrain.";

  private final int rank;
  private final Thread thread = Thread.currentThread();
  private final AtomicLong progress = new AtomicLong();
  private volatile long step;
  private volatile String phase = "starting";

  /** Of the calling thread. */
  WorkerStatus(int rank) {
    this.rank = rank;
  }

  void begins(String newPhase) {
    phase = newPhase;
    goesOn();
  }

  /** Something was done, a micro-batch say. */
  void goesOn() {
    progress.incrementAndGet();
  }

  void stepDone(long stepsDone) {
    step = stepsDone;
    goesOn();
  }

  Pulse pulse() {
    return new Pulse(rank, step, phase, progress.get(), place());
  }

  /** The innermost frame of our own code, as "package.Class.method". */
  private String place() {
    return Arrays.stream(thread.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith(OURS))
        .findFirst()
        .map(frame -> frame.getClassName().substring(OURS.length()) + "." + frame.getMethodName())
        .orElse("");
  }
}
