package io.retromae.etl.decontaminate;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.record.RecordFile;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The files of a benchmark, those of folders two levels deep included, as in {@code qrels/test.tsv}
 * and {@code en/corpus/test-00000-of-00001.parquet}.
 *
 * @param read sorted by path
 * @param skipped paths of what is no table of records: by its name, such as a README
 */
record BenchmarkFiles(List<BenchmarkFile> read, List<String> skipped) {
  private static final List<String> ENDINGS = List.of(".jsonl", ".json", ".parquet", ".tsv");
  private static final int DEPTH = 3;

  /**
   * Lists them. A path that names one file reads it whatever its name.
   *
   * @throws ConfigException if there is nothing to read
   */
  static BenchmarkFiles list(Storage storage, DecontaminationSettings.BenchmarkSet set) {
    TreeMap<String, StoredFile> found = new TreeMap<>();
    String named = storage.qualify(set.path());
    if (storage.exists(set.path())) { // whatever its name looks like, it is no pattern
      storage.list(set.path()).forEach(file -> found.put(file.path(), file));
      storage.allFiles(set.path()).stream()
          .filter(file -> isNear(named, file.path()))
          .forEach(file -> found.put(file.path(), file));
    } else {
      for (String depth : List.of("", "/*", "/*/*")) {
        storage.list(set.path() + depth).forEach(file -> found.put(file.path(), file));
      }
    }
    List<BenchmarkFile> read = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (StoredFile file : found.values()) {
      if (file.path().equals(named) || !file.hidden() && isTable(file.path())) {
        read.add(new BenchmarkFile(storage, file.path()));
      } else {
        skipped.add(file.path());
      }
    }
    if (read.isEmpty()) {
      throw new ConfigException(
          "decontaminate.sets '%s' %s: no file of records (%s, also %s)%s"
              .formatted(
                  set.name(),
                  set.path(),
                  String.join(", ", ENDINGS),
                  String.join(", ", RecordFile.COMPRESSED),
                  skipped.isEmpty() ? "" : "; found " + String.join(", ", skipped)));
    }
    return new BenchmarkFiles(List.copyOf(read), List.copyOf(skipped));
  }

  /** Whether a file lies at most two folders below. */
  private static boolean isNear(String folder, String file) {
    String below = file.substring(Math.min(file.length(), folder.length()));
    return below.chars().filter(c -> c == '/').count() <= DEPTH;
  }

  private static boolean isTable(String path) {
    String name = RecordFile.withoutCompression(path);
    boolean description = name.startsWith("dataset_info") || name.equals("state.json");
    return !description && ENDINGS.stream().anyMatch(name::endsWith);
  }
}
