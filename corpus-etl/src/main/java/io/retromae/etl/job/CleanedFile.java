package io.retromae.etl.job;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.List;

/** The cleaned documents of one unit, as Parquet. */
final class CleanedFile {
  static final Column DOCUMENT_ID = Column.text("document_id");
  static final Column SOURCE = Column.label("source");
  static final Column LANGUAGE = Column.label("language");
  static final Column FINGERPRINT = Column.text("fingerprint");
  static final Column TEXT = Column.text("text");

  /** Most rows of a row group. */
  private static final int ROWS_PER_GROUP = 256;

  private static final List<Column> COLUMNS =
      List.of(DOCUMENT_ID, SOURCE, LANGUAGE, FINGERPRINT, TEXT);

  private CleanedFile() {}

  /** One row. */
  record Row(String documentId, String source, String language, String fingerprint, String text) {
    void writeTo(ColumnTable.Writer writer) throws IOException {
      writer.text(documentId).text(source).text(language).text(fingerprint).text(text).endRow();
    }

    /** The reader's row; it reads {@link #COLUMNS}. */
    static Row of(ColumnTable.Reader reader) {
      return new Row(
          reader.text(0), reader.text(1), reader.text(2), reader.text(3), reader.text(4));
    }
  }

  static ColumnTable.Writer write(Storage storage, String path) throws IOException {
    return new ColumnTable.Writer(storage, path, COLUMNS, ROWS_PER_GROUP);
  }

  /** Reads whole rows. */
  static ColumnTable.Reader read(Storage storage, String path) throws IOException {
    return read(storage, path, COLUMNS);
  }

  static ColumnTable.Reader read(Storage storage, String path, List<Column> columns)
      throws IOException {
    return new ColumnTable.Reader(storage, path, columns);
  }
}
