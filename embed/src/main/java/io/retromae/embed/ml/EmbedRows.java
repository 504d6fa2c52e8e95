package io.retromae.embed.ml;

import io.retromae.embed.encoder.TextEncoder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * What tasks are sent: adds a vector to each row.
 *
 * @param source where a task has its encoder from
 * @param column place of the column that is read
 * @param input how it is read
 * @param output as what a vector is put into its column
 */
record EmbedRows(Source source, int column, Input input, VectorOutput output)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** Gives a task its encoder. */
  interface Source extends Serializable {
    /** An encoder, to be closed with the task. */
    TextEncoder acquire();
  }

  /** What the column holds. */
  sealed interface Input extends Serializable {
    /** Vectors of rows whose column is not null, in their order. */
    float[][] encode(TextEncoder encoder, List<Row> rows, int column);
  }

  /**
   * Texts.
   *
   * @param prefix put before each
   */
  record Texts(String prefix) implements Input {
    @Override
    public float[][] encode(TextEncoder encoder, List<Row> rows, int column) {
      List<String> texts = new ArrayList<>(rows.size());
      rows.forEach(row -> texts.add(prefix + row.getString(column)));
      return encoder.encode(texts);
    }
  }

  /**
   * Token ids.
   *
   * @param format what they must be
   */
  record Tokens(TokenColumn format) implements Input {
    @Override
    public float[][] encode(TextEncoder encoder, List<Row> rows, int column) {
      List<int[]> ids = new ArrayList<>(rows.size());
      rows.forEach(row -> ids.add(format.ids(row.getStruct(column))));
      return encoder.encodeIds(ids);
    }
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new EmbeddedRows(this, rows);
  }
}
