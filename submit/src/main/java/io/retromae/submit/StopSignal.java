package io.retromae.submit;

import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Turns SIGTERM and SIGINT into a request to save and stop. Runs as a shutdown hook ahead of
 * Spark's own, which would otherwise stop the context under the workers' feet; the process then
 * ends with {@link ExitCode#STOPPED}. A second signal ends it at once.
 */
final class StopSignal implements AutoCloseable {
  /** Spark stops its context at 50. */
  private static final int BEFORE_SPARK = 1_000;

  private static final long HOURS_TO_SAVE = 1;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable hook;

  private StopSignal(Runnable requestStop) {
    this.hook =
        () -> {
          requestStop.run();
          try {
            ended.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          Runtime.getRuntime().halt(ExitCode.STOPPED);
        };
  }

  /** Takes effect until closed. */
  static StopSignal install(Runnable requestStop) {
    StopSignal signal = new StopSignal(requestStop);
    ShutdownHookManager.get()
        .addShutdownHook(
            signal.hook, BEFORE_SPARK, HOURS_TO_SAVE, java.util.concurrent.TimeUnit.HOURS);
    return signal;
  }

  @Override
  public void close() {
    ended.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
