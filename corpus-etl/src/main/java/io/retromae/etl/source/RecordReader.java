package io.retromae.etl.source;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.format.NoRecordReader;
import io.retromae.etl.source.json.JsonRecordReader;
import io.retromae.etl.source.parquet.ParquetRecordReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Streams the records of a file, or of a split of one: each becomes a document or is set aside, and
 * memory holds one at a time. Not thread-safe.
 */
public interface RecordReader extends AutoCloseable {
  /**
   * Opens a part of a file. A file that cannot be decoded at all gives no record and an error in
   * the report.
   *
   * @throws IOException if storage cannot open it
   */
  static RecordReader open(Storage storage, FilePart part) throws IOException {
    if (part.split().shape() == Split.Shape.NOTHING) {
      return new NoRecordReader(part);
    }
    return part.input().format() == Format.PARQUET
        ? ParquetRecordReader.open(storage, part)
        : JsonRecordReader.open(storage, part);
  }

  /** The next record's outcome; empty at the end. */
  Optional<Outcome> next();

  /** What was found so far; whole after {@link #next} has returned empty. */
  FileReport report();

  @Override
  void close() throws IOException;
}
