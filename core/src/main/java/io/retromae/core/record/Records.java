package io.retromae.core.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** Records of one file, streamed. */
public interface Records extends AutoCloseable {
  /**
   * Place of the record that came last, or was refused last, counted from 1: its line where records
   * are lines; 0 before the first.
   */
  long number();

  /**
   * The next record; empty at the end.
   *
   * @throws RefusedRecordException if it is no object; the one after it can be read
   * @throws IOException if the file cannot be read on, with a message of one line
   */
  Optional<ObjectNode> next() throws IOException, RefusedRecordException;

  @Override
  void close() throws IOException;
}
