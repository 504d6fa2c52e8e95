package io.retromae.embed.source;

import io.retromae.core.record.RefusedRecordException;
import java.io.IOException;
import java.util.Optional;

/** The rows of a unit, streamed. */
public interface Rows extends AutoCloseable {
  /**
   * The next row; empty at the end.
   *
   * @throws RefusedRecordException if a record gives none; the one after it can be read
   * @throws IOException if the file cannot be read on, with a message of one line
   */
  Optional<Row> next() throws IOException, RefusedRecordException;

  /**
   * Place in the file of the record that came last or was refused, from 1: its line where records
   * are lines.
   */
  long number();

  @Override
  void close() throws IOException;
}
