package io.retromae.etl.decontaminate;

import java.util.List;
import java.util.Map;

/**
 * What reading one benchmark found.
 *
 * @param set its name
 * @param files what was read, in order
 * @param skipped files that were not read: no records (a README), judgments, or a corpus when its
 *     passages are not wanted
 * @param bad the first bad records: file, number, reason
 */
public record BenchmarkReport(
    String set, List<FileCounts> files, List<String> skipped, List<String> bad) {
  /** Copies. */
  public BenchmarkReport {
    files = List.copyOf(files);
    skipped = List.copyOf(skipped);
    bad = List.copyOf(bad);
  }

  /**
   * Counts of one file.
   *
   * @param path the file
   * @param records good, bad and those that hold no text of a wanted part
   * @param texts by part, of wanted parts
   * @param bad by reason
   */
  public record FileCounts(
      String path, long records, Map<String, Long> texts, Map<String, Long> bad) {
    /** Copies. */
    public FileCounts {
      texts = Map.copyOf(texts);
      bad = Map.copyOf(bad);
    }
  }

  /** Texts of a part in all files. */
  public long texts(Part part) {
    return files.stream().mapToLong(f -> f.texts().getOrDefault(part.label(), 0L)).sum();
  }

  /** Bad records in all files. */
  public long badRecords() {
    return files.stream().flatMap(f -> f.bad().values().stream()).mapToLong(n -> n).sum();
  }
}
