package io.retromae.etl.decontaminate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.Records;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Streams the texts of a benchmark's files, one record in memory at a time. A bad record is counted
 * and left out; a file that cannot be read to its end, or in no known layout, is refused.
 */
public final class BenchmarkReader {
  private static final int EXAMPLES = 10;

  private final DecontaminationSettings.BenchmarkSet set;
  private final Consumer<BenchmarkText> texts;
  private final List<BenchmarkReport.FileCounts> files = new ArrayList<>();
  private final List<String> examples = new ArrayList<>();

  private BenchmarkReader(DecontaminationSettings.BenchmarkSet set, Consumer<BenchmarkText> texts) {
    this.set = set;
    this.texts = texts;
  }

  /**
   * Reads the wanted parts of a benchmark.
   *
   * @param texts takes every text
   * @throws ConfigException if there is no file, a file is in no known layout, or a wanted part has
   *     no text at all
   * @throws CorruptDataException if a file is broken
   */
  public static BenchmarkReport read(
      Storage storage, DecontaminationSettings.BenchmarkSet set, Consumer<BenchmarkText> texts) {
    BenchmarkReader reader = new BenchmarkReader(set, texts);
    BenchmarkFiles listed = BenchmarkFiles.list(storage, set);
    List<String> skipped = new ArrayList<>(listed.skipped());
    for (BenchmarkFile file : listed.read()) {
      if (file.isQrelsTable() || reader.isUnwanted(file)) {
        skipped.add(file.path());
      } else {
        reader.read(file);
      }
    }
    BenchmarkReport report =
        new BenchmarkReport(set.name(), reader.files, skipped, reader.examples);
    reader.checkParts(report);
    return report;
  }

  /** Whether a file holds passages only, by its name: corpora are large. */
  private boolean isUnwanted(BenchmarkFile file) {
    Optional<Part> part = file.part();
    return part.isPresent() && part.get() == Part.PASSAGES && !set.parts().contains(Part.PASSAGES);
  }

  private void read(BenchmarkFile file) {
    FileTally tally = new FileTally(file);
    try (Records records = file.open()) {
      boolean more = true;
      while (more) {
        more = record(records, tally);
      }
    } catch (IOException e) {
      throw new CorruptDataException(
          "decontaminate.sets '%s': %s cannot be read after record %,d: %s; fetch the file again"
              .formatted(set.name(), file.path(), tally.records, e.getMessage()),
          e);
    }
    if (tally.records > 0 && tally.good == 0) {
      throw new ConfigException(
          "decontaminate.sets '%s': none of the %,d records of %s can be read; first: %s; give files of JSON lines, a JSON array or Parquet"
              .formatted(set.name(), tally.records, file.path(), tally.firstBad));
    }
    files.add(new BenchmarkReport.FileCounts(file.path(), tally.records, tally.texts, tally.bad));
  }

  /** Takes one record; whether there was one. */
  private boolean record(Records records, FileTally tally) throws IOException {
    tally.records++;
    try {
      Optional<ObjectNode> record = records.next();
      if (record.isEmpty()) {
        tally.records--;
        return false;
      }
      for (BenchmarkText text : BenchmarkLayout.texts(record.get(), tally.named)) {
        if (set.parts().contains(text.part())) {
          tally.texts.merge(text.part().label(), 1L, Long::sum);
          texts.accept(text);
        }
      }
      tally.good++;
    } catch (RefusedRecordException e) {
      bad(e, tally);
    }
    return true;
  }

  private void bad(RefusedRecordException e, FileTally tally) {
    String where = "%s record %,d: %s".formatted(tally.path, tally.records, e.getMessage());
    if (tally.good == 0 && e.reason().equals(BenchmarkLayout.UNKNOWN)) {
      throw new ConfigException(
          "decontaminate.sets '%s': no known layout: %s; %s"
              .formatted(set.name(), where, BenchmarkLayout.KNOWN));
    }
    tally.bad.merge(e.reason(), 1L, Long::sum);
    tally.firstBad = tally.firstBad.isEmpty() ? where : tally.firstBad;
    if (examples.size() < EXAMPLES) {
      examples.add(where);
    }
  }

  private void checkParts(BenchmarkReport report) {
    for (Part part : set.parts()) {
      if (report.texts(part) == 0) {
        List<String> paths = report.files().stream().map(f -> f.path()).toList();
        throw new ConfigException(
            "decontaminate.sets '%s' %s: no %s in [%s] (not read: [%s]); add the files that hold them, or take '%s' out of parts"
                .formatted(
                    set.name(),
                    set.path(),
                    part.label(),
                    String.join(", ", paths),
                    String.join(", ", report.skipped()),
                    part.label()));
      }
    }
  }

  /** Counts of the file that is being read. */
  private static final class FileTally {
    private final String path;
    private final Optional<Part> named;
    private final Map<String, Long> texts = new TreeMap<>();
    private final Map<String, Long> bad = new TreeMap<>();
    private long records;
    private long good;
    private String firstBad = "";

    FileTally(BenchmarkFile file) {
      path = file.path();
      named = file.part();
    }
  }
}
