package io.retromae.training.attempt;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks storage again when it fails: a name node that changes over, or an object store that is too
 * busy for some minutes, must not end a run of days.
 */
final class StorageRetry {
  /** Seconds between tries; nine minutes in all. */
  private static final List<Integer> PAUSES =
      List.of(1, 2, 4, 8, 15, 30, 30, 30, 60, 60, 60, 60, 60, 60, 60);

  private final RunConsole console;
  private final Pause pause;

  /** Lets time pass. */
  interface Pause {
    void seconds(int count) throws InterruptedException;
  }

  /** What is asked of storage. */
  interface Request<T> {
    T make() throws IOException;
  }

  /** Tells {@code console} of each failure. */
  StorageRetry(RunConsole console) {
    this(console, TimeUnit.SECONDS::sleep);
  }

  StorageRetry(RunConsole console, Pause pause) {
    this.console = console;
    this.pause = pause;
  }

  /**
   * The answer, as soon as there is one.
   *
   * @throws IOException, ClusterException what the last try threw, or the first after a stop was
   *     asked for
   */
  <T> T ask(Request<T> request, StopRequest stop) throws IOException {
    for (int seconds : PAUSES) {
      try {
        return request.make();
      } catch (IOException | ClusterException e) {
        if (stop.made()) {
          throw e;
        }
        console.line(
            "event=storage_failed reason=\"%s\"; trying again in %d s"
                .formatted(e.getMessage(), seconds));
        await(seconds);
      }
    }
    return request.make();
  }

  private void await(int seconds) {
    try {
      pause.seconds(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(
          "interrupted while waiting %d s for storage".formatted(seconds), e);
    }
  }
}
