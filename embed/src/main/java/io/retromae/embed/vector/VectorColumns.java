package io.retromae.embed.vector;

import java.io.Serializable;

/**
 * Names of columns in Parquet.
 *
 * @param id of the column of ids: texts or whole numbers
 * @param embedding of the column of vectors: lists of float or double
 */
public record VectorColumns(String id, String embedding) implements Serializable {
  /** {@code id} and {@code embedding}. */
  public static final VectorColumns DEFAULT = new VectorColumns("id", "embedding");
}
