package io.retromae.embed.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work on consecutive rows by a fixed number of threads, this one among them. Owns the others. */
final class Stripes implements AutoCloseable {
  private final int threads;
  private final ExecutorService others;

  /** Work on rows {@code from} to {@code to}, exclusive. */
  interface Work {
    /** Does it. */
    void on(int from, int to);
  }

  Stripes(int threads) {
    this.threads = threads;
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1), // none is started before it has work
            run -> {
              Thread thread = new Thread(run, "search");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Works on all rows; returns when all are done. */
  void run(int rows, Work work) {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      int from = (int) ((long) rows * i / threads);
      int to = (int) ((long) rows * (i + 1) / threads);
      running.add(others.submit(() -> work.on(from, to)));
    }
    try {
      work.on(0, rows / threads);
    } finally {
      await(running);
    }
  }

  private static void await(List<Future<?>> running) {
    boolean interrupted = false;
    for (Future<?> stripe : running) {
      while (true) {
        try {
          stripe.get();
          break;
        } catch (InterruptedException e) { // their arrays are in use: they end first
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException(e.getCause());
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    others.shutdown();
  }
}
