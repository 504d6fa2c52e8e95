package io.retromae.submit;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SignalUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns SIGTERM, SIGINT and SIGHUP into a request to save and stop: the job ends by itself, and the
 * process with {@link ExitCode#STOPPED}. The JVM's own answer to these signals, to run its shutdown
 * hooks, would stop Spark's context under the workers' feet. A second signal ends the process at
 * once. (Spark's SignalUtils restores the JVM's own answer while it handles a signal, so the same
 * signal again within that moment ends the process the JVM's way, with 128 + its number.)
 */
final class StopSignal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

  private static final List<String> SIGNALS = List.of("TERM", "INT", "HUP");

  /** Handlers stay with the process, so there is one set, for whoever is running. */
  private static StopSignal current;

  private static boolean handled;

  private Runnable stop = () -> {};
  private boolean begun;
  private boolean received;

  private StopSignal() {}

  /** Takes effect until closed. Until {@link #begin} a signal ends the process at once, with 5. */
  static synchronized StopSignal install() {
    if (!handled) {
      SIGNALS.forEach(name -> SignalUtils.register(name, StopSignal::signalled));
      handled = true;
    }
    current = new StopSignal();
    return current;
  }

  /** Called on a thread of the JVM's for each signal; false: the JVM does what it usually does. */
  private static Object signalled() {
    StopSignal target = current();
    if (target == null) {
      return false;
    }
    if (!target.receive()) {
      Runtime.getRuntime().halt(ExitCode.STOPPED);
    }
    return true;
  }

  private static synchronized StopSignal current() {
    return current;
  }

  /** Something is about to be begun that must not be cut off; signals wait for {@link #asks}. */
  synchronized void begin() {
    begun = true;
  }

  /**
   * Asks the job to stop, on a thread of its own; false if there is nothing to wait for: it has
   * been asked before, or has not begun.
   */
  private synchronized boolean receive() {
    if (received || !begun) {
      return false;
    }
    received = true;
    new Thread(stop, "retromae-stop").start();
    return true;
  }

  /** Says how to ask; at once if a signal was here first. */
  void asks(Runnable stop) {
    boolean late;
    synchronized (this) {
      this.stop = stop;
      late = received;
    }
    if (late) { // not under the lock: it may take long, and a second signal must get through
      stop.run();
    }
  }

  /**
   * Runs a job that has no request of its own to stop: its context is stopped under it. What its
   * tasks have finished stays, what they have not is as if it had never been begun.
   *
   * @return false if it was stopped
   */
  boolean unlessStopped(JavaSparkContext spark, Runnable job) {
    asks(spark::stop);
    try {
      job.run();
      return true;
    } catch (RuntimeException e) {
      if (received()) {
        LOG.info("event=stopped reason={}", e.toString());
        return false;
      }
      throw e;
    }
  }

  /** Whether a signal has come. */
  synchronized boolean received() {
    return received;
  }

  @Override
  public void close() {
    synchronized (StopSignal.class) {
      current = null;
    }
  }
}
