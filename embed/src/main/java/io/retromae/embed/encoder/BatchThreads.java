package io.retromae.embed.encoder;

import io.retromae.training.libtorch.TorchRuntime;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that compute batches side by side, each alone with its own. Two cores with a batch each
 * are faster than two cores on one batch: nobody waits for the other after every operation.
 */
final class BatchThreads implements AutoCloseable {
  private final ExecutorService pool;

  /** So many threads. */
  BatchThreads(int count) {
    this.pool =
        Executors.newFixedThreadPool(
            count,
            work -> {
              Thread thread = new Thread(work, "embed");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins work; whoever begins it waits for it. */
  Pending submit(List<Runnable> batches) {
    Pending pending = new Pending(batches.size());
    batches.forEach(batch -> pool.execute(() -> pending.run(batch)));
    return pending;
  }

  @Override
  public void close() {
    pool.shutdown();
  }

  /** Work that has begun. */
  static final class Pending {
    private final CountDownLatch left;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean givenUp;

    private Pending(int batches) {
      this.left = new CountDownLatch(batches);
    }

    private void run(Runnable batch) {
      try {
        if (!givenUp) {
          TorchRuntime.computeAlone();
          batch.run();
        }
      } catch (RuntimeException | Error e) { // thrown again by await, to whom the batch belongs
        failure.compareAndSet(null, e);
        givenUp = true;
      } finally {
        left.countDown();
      }
    }

    /**
     * Waits for all. If one fails, or the calling thread is interrupted, those that have not begun
     * are given up. Those that run are waited for all the same: what they read may be closed
     * afterwards.
     *
     * @throws CancellationException if the calling thread was interrupted, which it still is then
     */
    void await() {
      boolean interrupted = false;
      while (left.getCount() > 0) {
        try {
          left.await();
        } catch (InterruptedException e) {
          interrupted = true;
          givenUp = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while vectors were computed");
      }
      if (failure.get() instanceof RuntimeException e) {
        throw e;
      } else if (failure.get() instanceof Error e) {
        throw e;
      }
    }
  }
}
