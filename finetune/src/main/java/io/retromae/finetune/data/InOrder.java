package io.retromae.finetune.data;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs work by several threads and gives the results in the order of the work. */
final class InOrder {
  private InOrder() {}

  /**
   * Results of all.
   *
   * @throws IOException what the first that failed has thrown; unchecked exceptions and errors, too
   */
  static <T> List<T> run(int threads, List<Callable<T>> work) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(Math.max(1, Math.min(threads, work.size())));
    try {
      List<Future<T>> started = work.stream().map(pool::submit).toList();
      List<T> results = new ArrayList<>();
      for (Future<T> one : started) {
        results.add(one.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while reading the training pairs", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static RuntimeException thrown(Throwable cause) throws IOException {
    if (cause instanceof IOException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return (RuntimeException) cause;
  }
}
