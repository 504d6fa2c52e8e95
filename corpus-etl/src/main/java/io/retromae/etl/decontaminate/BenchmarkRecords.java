package io.retromae.etl.decontaminate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** Records of one benchmark file, streamed. */
interface BenchmarkRecords extends AutoCloseable {
  /**
   * The next record; empty at the end.
   *
   * @throws RefusedRecordException if it is no object; the one after it can be read
   * @throws IOException if the file cannot be read on
   */
  Optional<ObjectNode> next() throws IOException, RefusedRecordException;

  @Override
  void close() throws IOException;
}
