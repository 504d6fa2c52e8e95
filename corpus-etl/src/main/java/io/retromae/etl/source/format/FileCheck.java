package io.retromae.etl.source.format;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.compression.Compression;
import io.retromae.etl.source.compression.StoredStream;
import java.io.IOException;
import java.util.Optional;

/** A look at a file's beginning, or at a Parquet file's footer, before any work. */
public final class FileCheck {
  private FileCheck() {}

  /**
   * What is seen to be wrong with a file. A reader of it finds the same; it may find more.
   *
   * @throws IOException if storage cannot open it
   */
  public static Optional<FileError> of(Storage storage, FilePart part) throws IOException {
    if (part.size() == 0) {
      storage.open(part.path()).close();
      return Optional.empty();
    }
    if (part.input().format() == Format.PARQUET) {
      try (RecordReader reader = RecordReader.open(storage, part)) {
        return reader.report().error();
      }
    }
    try {
      StoredStream.open(storage, part).close();
      return Optional.empty();
    } catch (StoredStream.UnreadableException e) {
      return Optional.of(Compression.error(e.reason(), 0));
    }
  }
}
