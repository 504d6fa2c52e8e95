package io.retromae.etl.source;

import java.io.IOException;
import java.util.Optional;

/**
 * Streams the records of a file, or of a split of one: each becomes a document or is set aside, and
 * memory holds one at a time. Not thread-safe.
 */
public interface RecordReader extends AutoCloseable {
  /** The next record's outcome; empty at the end. */
  Optional<Outcome> next();

  /** What was found so far; whole after {@link #next} has returned empty. */
  FileReport report();

  @Override
  void close() throws IOException;
}
