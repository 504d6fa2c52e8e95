package io.retromae.training.worker;

import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a worker is about; written by its own thread, read by the one that sends signs of life. */
final class WorkerStatus {
  /** Begins the names of our own classes: engine and objectives, not what they read files with. */
  private static final Pattern OURS = Pattern.compile("io\\.retromae\\.(?!core\\.)\\w+\\.");

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
    for (StackTraceElement frame : thread.getStackTrace()) {
      Matcher ours = OURS.matcher(frame.getClassName());
      if (ours.lookingAt()) {
        return frame.getClassName().substring(ours.end()) + "." + frame.getMethodName();
      }
    }
    return "";
  }
}
