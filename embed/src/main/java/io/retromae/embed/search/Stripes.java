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

  /**
   * Works on all rows; returns, or throws what the first stripe that failed threw, when no thread
   * is at work any more: what they read may be closed afterwards.
   */
  void run(int rows, Work work) {
    List<Future<?>> running = new ArrayList<>();
    Throwable failure = null;
    try {
      for (int i = 1; i < threads; i++) {
        int from = (int) ((long) rows * i / threads);
        int to = (int) ((long) rows * (i + 1) / threads);
        running.add(others.submit(() -> work.on(from, to)));
      }
      work.on(0, rows / threads);
    } catch (RuntimeException | Error e) { // thrown below, once the others have ended
      failure = e;
    }
    Throwable ofOthers = await(running);
    failure = failure == null ? ofOthers : failure;
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
    others.shutdown();
  }
}
