package io.retromae.etl.job;

import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.etl.report.Measure;
import java.io.IOException;
import java.util.List;

/** The cleaned documents of one unit, as Parquet. */
final class CleanedFile {
  static final List<String> COLUMNS =
      List.of("document_id", "source", "language", "fingerprint", "words", "text");

  /** Rows of one row group: few enough that long texts fit in memory. */
  static final int ROWS_PER_GROUP = 256;

  private CleanedFile() {}

  /** One row. */
  record Row(
      String documentId,
      String source,
      String language,
      String fingerprint,
      long words,
      String text) {
    static Row of(List<String> values) {
      return new Row(
          values.get(0),
          values.get(1),
          values.get(2),
          values.get(3),
          Long.parseLong(values.get(4)),
          values.get(5));
    }

    List<String> values() {
      return List.of(documentId, source, language, fingerprint, Long.toString(words), text);
    }

    Measure measure() {
      return Measure.of(text, words);
    }
  }

  static ColumnTable.Writer write(Storage storage, String path) throws IOException {
    return new ColumnTable.Writer(storage, path, COLUMNS, ROWS_PER_GROUP);
  }

  static ColumnTable.Reader read(Storage storage, String path, List<String> columns)
      throws IOException {
    return new ColumnTable.Reader(storage, path, columns);
  }
}
