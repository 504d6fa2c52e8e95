package io.retromae.training.nccl;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.collective.TcpCollective;
import java.util.concurrent.TimeUnit;

/**
 * Ends a wait for other ranks: when the collective has ended, the task is cancelled or time is up.
 */
final class AbortCheck implements Communicator.Check {
  private final TcpCollective tcp;
  private final String what;
  private final long limitNanos;
  private final long start = System.nanoTime();

  /**
   * For one wait, which begins now.
   *
   * @param what is waited for, for messages
   */
  AbortCheck(TcpCollective tcp, String what, long limitNanos) {
    this.tcp = tcp;
    this.what = what;
    this.limitNanos = limitNanos;
  }

  @Override
  public void run() {
    tcp.abortCause()
        .ifPresent(
            cause -> {
              throw new ClusterException(cause);
            });
    if (Thread.currentThread().isInterrupted()) {
      throw new ClusterException("rank %d was interrupted in %s".formatted(tcp.rank(), what));
    }
    if (System.nanoTime() - start > limitNanos) {
      throw new ClusterException(
          "rank %d waited %d s in %s: a GPU or NCCL's network does not answer"
              .formatted(tcp.rank(), TimeUnit.NANOSECONDS.toSeconds(limitNanos), what));
    }
  }
}
