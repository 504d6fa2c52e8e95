package io.retromae.training.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a worker's signs of life, and notices a cancelled task while the worker's own thread is in
 * native code, where no interrupt reaches it. Owns a thread.
 */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final long LOOK_MILLIS = 250;
  private static final long LONGEST_MILLIS = 3_000;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Heartbeat::daemon);

  private Heartbeat() {}

  /**
   * Starts to beat: every three seconds, or four times within the driver's limit.
   *
   * @param timeout silence that the driver bears
   * @param cancelled whether the task was cancelled
   * @param onCancelled called again and again from then on
   */
  static Heartbeat start(
      WorkerStatus status,
      ProgressClient driver,
      Duration timeout,
      BooleanSupplier cancelled,
      Runnable onCancelled) {
    Heartbeat heartbeat = new Heartbeat();
    long interval = Math.min(LONGEST_MILLIS, timeout.toMillis() / 4);
    heartbeat.thread.scheduleWithFixedDelay(
        () -> beat(status, driver), 0, interval, TimeUnit.MILLISECONDS);
    heartbeat.thread.scheduleWithFixedDelay(
        () -> {
          if (cancelled.getAsBoolean()) {
            onCancelled.run();
          }
        },
        LOOK_MILLIS,
        LOOK_MILLIS,
        TimeUnit.MILLISECONDS);
    return heartbeat;
  }

  private static void beat(WorkerStatus status, ProgressClient driver) {
    try {
      driver.send(status.pulse().toMessage());
    } catch (IOException e) {
      LOG.debug("event=heartbeat_failed reason={}", e.toString()); // the link reports it, too
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-heartbeat");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
