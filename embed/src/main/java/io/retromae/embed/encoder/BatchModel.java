package io.retromae.embed.encoder;

import io.retromae.training.bert.Pooling;
import java.util.List;

/** A model that makes the vectors of one batch. Several threads may ask at once. */
interface BatchModel extends AutoCloseable {
  /** Width D of a vector. */
  int width();

  /** Rows of the word table: ids are below it. */
  int words();

  /** More tokens than these at once make it no faster. */
  int enoughTokens();

  /** Whether every row takes the memory of the longest in its batch. */
  boolean pads();

  /**
   * Pooled hidden states of rows, not normalised.
   *
   * @param rows ids with [CLS] and [SEP], rows of one length side by side, at least one
   * @param pooling one that the model was loaded for
   * @return [n][D]
   */
  float[][] pooled(List<int[]> rows, Pooling pooling);

  @Override
  void close();
}
