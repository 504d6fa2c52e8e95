package io.retromae.etl.plan;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.format.SourceFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a look at each of many files found. Most of the time goes to waiting for storage, so that
 * many are looked at side by side.
 *
 * @param errors by number of the file
 * @param problems a sentence for each file that cannot be opened
 */
record FileChecks(Map<Integer, FileError> errors, List<String> problems) {
  private static final int THREADS = 32;

  static FileChecks of(Storage storage, List<EtlFile> files, ReaderSettings limits) {
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.max(1, Math.min(THREADS, files.size())));
    Map<Integer, FileError> errors = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    try {
      List<Future<Optional<FileError>>> looks = new ArrayList<>();
      for (EtlFile file : files) {
        looks.add(
            threads.submit(() -> new SourceFile(storage, file.part(limits, Split.WHOLE)).check()));
      }
      for (EtlFile file : files) {
        try {
          looks.get(file.number()).get().ifPresent(error -> errors.put(file.number(), error));
        } catch (ExecutionException e) {
          problems.add(problem(file, e));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(
          "interrupted while looking at %,d input files".formatted(files.size()), e);
    } finally {
      threads.shutdownNow();
    }
    return new FileChecks(errors, problems);
  }

  private static String problem(EtlFile file, ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof UncheckedIOException trouble) {
      throw new ClusterException(
          "%s: cannot be read: %s".formatted(file.path(), trouble.getMessage()), trouble);
    }
    if (cause instanceof FileNotFoundException) { // gone since it was listed
      return "%s: cannot be read: %s".formatted(file.path(), cause.getMessage());
    }
    if (cause instanceof IOException) {
      throw new ClusterException(
          "%s: cannot be read: %s".formatted(file.path(), cause.getMessage()), cause);
    }
    if (cause instanceof RuntimeException own) {
      throw own;
    }
    throw new IllegalStateException(file.path() + ": looking at it failed: " + cause, cause);
  }
}
