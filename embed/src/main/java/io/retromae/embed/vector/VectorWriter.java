package io.retromae.embed.vector;

import java.io.IOException;

/** Writes one file of vectors; closed without {@link #commit}, nothing of it stays. */
public interface VectorWriter extends AutoCloseable {
  /**
   * What was written.
   *
   * @param rows vectors
   * @param absent texts without a vector, for they were null: rows with a null embedding in
   *     Parquet, left out of {@code .npy}
   * @param bytes of the file of vectors
   * @param sha256 of that file
   */
  record Written(long rows, long absent, long bytes, String sha256) {}

  /**
   * Takes a vector; the first one's width is the file's.
   *
   * @throws io.retromae.core.failure.CorruptDataException if a value is no finite number or the
   *     width another; names the id
   */
  void append(String id, float[] vector) throws IOException;

  /** Takes the id of a text that was null and so has no vector. */
  void appendAbsent(String id) throws IOException;

  /** Ends the file, which stays. */
  Written commit() throws IOException;

  @Override
  void close() throws IOException;
}
