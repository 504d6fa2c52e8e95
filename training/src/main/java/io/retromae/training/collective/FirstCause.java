package io.retromae.training.collective;

import io.retromae.core.failure.ClusterException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Why the collective ended: whatever was said first. */
final class FirstCause {
  private final CompletableFuture<String> cause = new CompletableFuture<>();

  /** Says why; false if that has been said before. */
  boolean set(String reason) {
    return cause.complete(reason);
  }

  boolean known() {
    return cause.isDone();
  }

  /** Why; empty as long as nobody has said. */
  Optional<String> get() {
    return known() ? Optional.of(cause.join()) : Optional.empty();
  }

  /** Waits until somebody says why, or so long; also when interrupted, which is kept. */
  void await(long millis) {
    boolean interrupted = Thread.interrupted();
    try {
      cause.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return; // nobody did
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The cause as an exception. */
  ClusterException exception(int rank, Throwable effect) {
    return new ClusterException(cause.getNow("rank " + rank + " has left the collective"), effect);
  }
}
