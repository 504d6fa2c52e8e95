package io.retromae.embed.ml;

import org.apache.spark.sql.Row;

/**
 * About how much of the heap the values of a row take: what is long is counted, the rest is flat.
 */
final class RowSize {
  private static final long FLAT = 32;

  private RowSize() {}

  /** Bytes. */
  static long of(Row row) {
    long bytes = FLAT;
    for (int i = 0; i < row.length(); i++) {
      bytes += ofValue(row.get(i));
    }
    return bytes;
  }

  private static long ofValue(Object value) {
    if (value instanceof String text) {
      return FLAT + 2L * text.length();
    }
    if (value instanceof byte[] blob) {
      return FLAT + blob.length;
    }
    if (value instanceof Row row) {
      return of(row);
    }
    if (value instanceof scala.collection.Iterable<?> values) { // arrays, and maps as pairs
      return FLAT + ofAll(values.iterator());
    }
    if (value instanceof scala.Product2<?, ?> pair) {
      return FLAT + ofValue(pair._1()) + ofValue(pair._2());
    }
    return FLAT;
  }

  private static long ofAll(scala.collection.Iterator<?> values) {
    long bytes = 0;
    while (values.hasNext()) {
      bytes += ofValue(values.next());
    }
    return bytes;
  }
}
