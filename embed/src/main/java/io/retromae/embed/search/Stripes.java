package io.retromae.embed.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work on consecutive rows by a fixed number of threads of its own. */
final class Stripes implements AutoCloseable {
  private final int threads;
  private final ExecutorService pool;

  /** Work on rows {@code from} to {@code to}, exclusive. */
  interface Work {
    /** Does it. */
    void on(int from, int to);
  }

  Stripes(int threads) {
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            run -> {
              Thread thread = new Thread(run, "search");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Works on all rows; returns, or throws what the first stripe that failed threw, when no thread
   * is at work any more: what they read may be closed afterwards.
   */
  void run(int rows, Work work) {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int from = (int) ((long) rows * i / threads);
      int to = (int) ((long) rows * (i + 1) / threads);
      if (from < to) {
        running.add(pool.submit(() -> work.on(from, to)));
      }
    }
    Throwable failure = await(running);
    if (failure instanceof Error e) {
      throw e;
    } else if (failure instanceof RuntimeException e) { // work throws nothing else
      throw e;
    }
  }

  /** Waits for all; gives what the first of them threw that failed, or null. */
  private static Throwable await(List<Future<?>> running) {
    boolean interrupted = false;
    Throwable failure = null;
    for (Future<?> stripe : running) {
      while (true) {
        try {
          stripe.get();
          break;
        } catch (InterruptedException e) { // their arrays are in use: they end first
          interrupted = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return failure;
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
