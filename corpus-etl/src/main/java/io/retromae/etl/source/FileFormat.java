package io.retromae.etl.source;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.Optional;

/**
 * What can be done with files of one format. Trouble in storage is thrown; what is wrong with a
 * file itself is an answer. Implementations hold no state.
 */
public interface FileFormat {
  /**
   * What is seen to be wrong with a file that is not empty, before any work. A reader of it finds
   * the same; it may find more.
   *
   * @throws IOException if storage cannot open it
   */
  Optional<FileError> check(Storage storage, FilePart part) throws IOException;

  /**
   * Divides a file into splits of about {@link ReaderSettings#splitBytes}, by the file and the
   * settings only. One that seems to be broken is not divided: its reader says what is wrong.
   *
   * @throws IOException if storage cannot open it
   */
  Division divide(Storage storage, FilePart part) throws IOException;

  /**
   * Opens a part of a file. A file that cannot be decoded at all gives no record and an error in
   * the report.
   *
   * @throws IOException if storage cannot open it
   */
  RecordReader open(Storage storage, FilePart part) throws IOException;
}
