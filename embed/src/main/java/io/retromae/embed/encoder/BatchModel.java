package io.retromae.embed.encoder;

import java.util.List;

/** A model that makes the vectors of one batch. */
interface BatchModel extends AutoCloseable {
  /** Width D of a vector. */
  int width();

  /** Rows of the word table: ids are below it. */
  int words();

  /**
   * Pooled hidden states of rows, not normalised.
   *
   * @param rows ids with [CLS] and [SEP], longest first or last, at least one
   * @return [n][D]
   */
  float[][] pooled(List<int[]> rows, Pooling pooling);

  @Override
  void close();
}
