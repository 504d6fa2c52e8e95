package io.retromae.embed.source;

import io.retromae.core.record.LineRange;
import io.retromae.core.record.LineReader;
import io.retromae.core.record.RecordFile;
import io.retromae.core.shard.ParquetPart;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.util.Locale;

/**
 * What one task reads.
 *
 * @param number among all units, in the order of the inputs
 * @param file it belongs to
 * @param part kind of the part of the file that it is
 * @param from first byte, or first row group
 * @param to the one behind the last
 * @param before records of the file that lie before it; of lines known only when those before were
 *     counted
 * @param bytes about so many stored bytes
 */
public record InputUnit(
    int number, InputFile file, Part part, long from, long to, long before, long bytes)
    implements Serializable {

  /** Kinds of parts. */
  public enum Part {
    /** The whole file. */
    WHOLE,
    /** The lines that begin in a range of bytes. */
    LINES,
    /** Row groups of Parquet. */
    GROUPS
  }

  /** The same with the number of records before it. */
  public InputUnit withBefore(long records) {
    return new InputUnit(number, file, part, from, to, records, bytes);
  }

  /** What a receipt must match to count on a later run. */
  public String identity() {
    return part == Part.WHOLE
        ? file.identity()
        : "%s %s %d-%d".formatted(file.identity(), part, from, to);
  }

  /** Name of its receipts and files: in the order of the inputs. */
  public String name() {
    return String.format(Locale.ROOT, "%06d", number);
  }

  /**
   * Opens its rows.
   *
   * @throws IOException if the file cannot be read, with a message of one line
   */
  public Rows open(Storage storage) throws IOException {
    return switch (file.format()) {
      case TEXT -> new TextRows(file, lines(storage));
      case CORPUS -> ShardRows.open(storage, this);
      case JSONL ->
          new RecordRows(
              file,
              part == Part.LINES
                  ? RecordFile.openLines(lines(storage))
                  : RecordFile.open(storage, file.path()));
      case PARQUET ->
          new RecordRows(file, RecordFile.openParquet(storage, file.path(), parquetPart()));
      case AUTO -> throw new IllegalStateException(file.path() + ": of no format");
    };
  }

  private LineReader lines(Storage storage) throws IOException {
    if (part == Part.WHOLE) {
      return new LineReader(RecordFile.decompressed(storage, file.path()));
    }
    return new LineReader(LineRange.open(storage, file.path(), file.size(), from, to), before);
  }

  private ParquetPart parquetPart() {
    return new ParquetPart(file.columns().tops(), (int) from, (int) to, before);
  }
}
