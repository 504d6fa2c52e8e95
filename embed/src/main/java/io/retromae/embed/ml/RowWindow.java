package io.retromae.embed.ml;

import io.retromae.embed.encoder.WindowEncoder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * How many rows are read ahead, to be encoded together. The first window is small and each is twice
 * the one before, so that who wants a few rows waits for few; long rows close a window early.
 */
final class RowWindow {
  /** Rows of a window at most. */
  static final int MOST_ROWS = WindowEncoder.WINDOW;

  private static final int FIRST_ROWS = 64;

  /** Bytes of a window's rows, about; one row more may lie above it. */
  private static final long MOST_BYTES = 64L << 20;

  private int rows = FIRST_ROWS;

  /** The next rows in their order; at least one if there is one. */
  List<Row> next(Iterator<Row> source) {
    List<Row> window = new ArrayList<>();
    long bytes = 0;
    while (window.size() < rows && bytes < MOST_BYTES && source.hasNext()) {
      Row row = source.next();
      bytes += RowSize.of(row);
      window.add(row);
    }
    rows = Math.min(2 * rows, MOST_ROWS);
    return window;
  }
}
