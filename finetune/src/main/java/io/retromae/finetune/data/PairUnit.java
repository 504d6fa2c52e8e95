package io.retromae.finetune.data;

import io.retromae.core.record.LineRange;
import io.retromae.core.record.LineReader;
import io.retromae.core.record.RecordFile;
import io.retromae.core.record.Records;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one thread reads: a file, or the lines that begin in a range of its bytes.
 *
 * @param file its number among all
 * @param from first byte
 * @param to the one behind the last
 */
record PairUnit(int file, PairSource source, long from, long to) {
  /** Of plain lines; files that cannot be cut are read by one thread. */
  static final long BYTES = 64 << 20;

  /**
   * What was read of a unit.
   *
   * @param counts of its lines, numbered from its own first
   * @param lastLine number of its last
   */
  record Packed(int file, LineCounts counts, long lastLine, List<PackedPart> parts) {}

  /**
   * Cuts files, by their sizes alone.
   *
   * @param bytes of a unit
   */
  static List<PairUnit> of(Storage storage, List<PairSource> sources, long bytes)
      throws IOException {
    List<PairUnit> units = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      PairSource source = sources.get(i);
      long step = source.size() > bytes && isCuttable(storage, source) ? bytes : source.size();
      long from = 0;
      do { // an empty file is one, too
        units.add(new PairUnit(i, source, from, Math.min(source.size(), from + step)));
        from += step;
      } while (from < source.size());
    }
    return units;
  }

  private static boolean isCuttable(Storage storage, PairSource source) throws IOException {
    return !RecordFile.withoutCompression(source.path()).endsWith(".tsv")
        && RecordFile.isPlainLines(storage, source.path());
  }

  Packed pack(Storage storage, PairFile pairs, Scratch scratch) throws IOException {
    LineCounts counts = new LineCounts();
    try (Records records = open(storage, pairs);
        PartWriter writer = new PartWriter(scratch)) {
      pairs.read(source.path(), records, counts, writer::write);
      return new Packed(file, counts, records.number(), writer.finish());
    }
  }

  private Records open(Storage storage, PairFile pairs) throws IOException {
    return to - from == source.size()
        ? pairs.open(source.path())
        : RecordFile.openLines(
            new LineReader(LineRange.open(storage, source.path(), source.size(), from, to)));
  }
}
