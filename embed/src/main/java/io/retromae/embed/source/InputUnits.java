package io.retromae.embed.source;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.RecordFile;
import io.retromae.core.shard.ParquetLayout;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Divides files among tasks, by their content and a number of bytes alone, so that any cluster does
 * the same work. Large files of plain lines are cut at bytes, Parquet and shards between row
 * groups; what is compressed, and JSON arrays, are read by one task.
 */
public final class InputUnits {
  /** Most of the time goes to waiting for storage. */
  private static final int THREADS = 32;

  private final Storage storage;
  private final long bytesPerUnit;
  private final Map<String, ShardEntry> shards = new TreeMap<>();

  private InputUnits(Storage storage, long bytesPerUnit) {
    this.storage = storage;
    this.bytesPerUnit = bytesPerUnit;
  }

  /**
   * The units of files, in their order.
   *
   * @param bytesPerUnit about so many stored bytes in each
   * @throws ConfigException if a Parquet file lacks a column, or holds no texts in it
   * @throws CorruptDataException if a file is not what it should be
   */
  public static List<InputUnit> of(Storage storage, InputFiles inputs, long bytesPerUnit) {
    InputUnits dividing = new InputUnits(storage, bytesPerUnit);
    for (InputFiles.Corpus corpus : inputs.corpora()) {
      for (ShardEntry shard : corpus.manifest().shards()) {
        dividing.shards.put(corpus.folder() + "/" + shard.name(), shard);
      }
    }
    return dividing.divideAll(inputs.files());
  }

  /** A part of a file before it has its number among all. */
  private record Piece(InputUnit.Part part, long from, long to, long before, long bytes) {}

  private List<InputUnit> divideAll(List<InputFile> files) {
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.max(1, Math.min(THREADS, files.size())));
    List<InputUnit> units = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try {
      List<Future<List<Piece>>> looks = new ArrayList<>();
      files.forEach(file -> looks.add(threads.submit(() -> divide(file))));
      for (InputFile file : files) {
        try {
          for (Piece p : looks.get(file.number()).get()) {
            units.add(
                new InputUnit(
                    units.size(), file, p.part(), p.from(), p.to(), p.before(), p.bytes()));
          }
        } catch (ExecutionException e) {
          problems.addAll(problemsOf(file, e.getCause()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while looking at the inputs", e);
    } finally {
      threads.shutdownNow();
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return List.copyOf(units);
  }

  private static List<String> problemsOf(InputFile file, Throwable cause) {
    if (cause instanceof ConfigException config) {
      return config.problems();
    }
    if (cause instanceof FileNotFoundException) { // gone since it was listed
      return List.of("%s: cannot be read: %s".formatted(file.path(), cause.getMessage()));
    }
    if (cause instanceof IOException && file.format() == InputFormat.PARQUET) {
      throw new CorruptDataException(
          "%s: not a Parquet file: %s".formatted(file.path(), cause.getMessage()), cause);
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

  private List<Piece> divide(InputFile file) throws IOException {
    return switch (file.format()) {
      case CORPUS -> shard(shards.get(file.path()));
      case PARQUET -> parquet(file);
      case TEXT, JSONL -> lines(file);
      case AUTO -> throw new IllegalStateException(file.path() + ": of no format");
    };
  }

  private List<Piece> lines(InputFile file) throws IOException {
    boolean whole = file.size() <= bytesPerUnit || !RecordFile.isPlainLines(storage, file.path());
    if (whole) {
      return List.of(new Piece(InputUnit.Part.WHOLE, 0, 0, 0, file.size()));
    }
    List<Piece> pieces = new ArrayList<>();
    for (long from = 0; from < file.size(); from += bytesPerUnit) {
      long to = Math.min(file.size(), from + bytesPerUnit);
      pieces.add(new Piece(InputUnit.Part.LINES, from, to, 0, to - from));
    }
    return pieces;
  }

  private List<Piece> parquet(InputFile file) throws IOException {
    ParquetLayout layout = ParquetLayout.of(storage, file.path());
    file.columns().check(file.path(), layout);
    return groups(layout.groups());
  }

  private List<Piece> shard(ShardEntry shard) {
    long perSample = Math.max(1, shard.bytes() / Math.max(1, shard.samples()));
    return groups(
        shard.rowGroups().stream()
            .map(rows -> new ParquetLayout.Group(rows, rows * perSample))
            .toList());
  }

  private List<Piece> groups(List<ParquetLayout.Group> groups) {
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    long before = 0;
    long rows = 0;
    long bytes = 0;
    for (int i = 0; i < groups.size(); i++) {
      rows += groups.get(i).rows();
      bytes += groups.get(i).bytes();
      if (bytes >= bytesPerUnit || i == groups.size() - 1) {
        pieces.add(new Piece(InputUnit.Part.GROUPS, from, i + 1, before, bytes));
        from = i + 1;
        before += rows;
        rows = 0;
        bytes = 0;
      }
    }
    return pieces;
  }
}
