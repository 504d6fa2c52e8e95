package io.retromae.etl.source.format;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Division;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FileFormat;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.json.JsonFormat;
import io.retromae.etl.source.parquet.ParquetFormat;
import java.io.IOException;
import java.util.Optional;

/**
 * What jobs do with a file, or a part of one, whatever its format.
 *
 * @param storage where it lies
 * @param part which
 */
public record SourceFile(Storage storage, FilePart part) {

  /** The format that the file's input names. A new one has to be listed here. */
  private FileFormat format() {
    return switch (part.input().format()) {
      case PILE, WUDAO, JSONL -> new JsonFormat();
      case PARQUET -> new ParquetFormat();
    };
  }

  /**
   * What is seen to be wrong with the file, before any work. A reader of it finds the same; it may
   * find more.
   *
   * @throws IOException if storage cannot open it
   */
  public Optional<FileError> check() throws IOException {
    if (part.size() == 0) {
      storage.open(part.path()).close();
      return Optional.empty();
    }
    return format().check(storage, part);
  }

  /** Divides the file if it is large; the cuts depend on the file and the settings only. */
  public Division divide() throws IOException {
    return part.size() <= part.limits().splitBytes()
        ? Division.NONE
        : format().divide(storage, part).rewritingAbove(part.limits().rewriteAboveBytes(), part);
  }

  /**
   * Opens the part. A file that cannot be decoded at all gives no record and an error in the
   * report.
   *
   * @throws IOException if storage cannot open it
   */
  public RecordReader open() throws IOException {
    return part.split().shape() == Split.Shape.NOTHING
        ? new NoRecordReader(part)
        : format().open(storage, part);
  }
}
