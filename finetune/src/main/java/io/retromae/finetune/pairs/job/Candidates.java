package io.retromae.finetune.pairs.job;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.shard.DocumentId;
import io.retromae.etl.dedup.DocumentRow;
import io.retromae.etl.dedup.Fingerprint;
import io.retromae.finetune.pairs.make.Pair;
import io.retromae.spark.WorkFolder;
import java.io.IOException;
import java.util.List;

/** The pairs of one unit before duplicates are known, as Parquet. */
final class Candidates {
  private static final Column SET = Column.label("set");
  private static final Column SOURCE = Column.label("source");
  private static final Column QUERY = Column.text("query");
  private static final Column POSITIVE = Column.text("positive");
  private static final Column DOCUMENT_ID = Column.text("document_id");
  private static final Column HIGH = Column.int64("fingerprint_high");
  private static final Column LOW = Column.int64("fingerprint_low");

  private static final List<Column> COLUMNS =
      List.of(SET, SOURCE, QUERY, POSITIVE, DOCUMENT_ID, HIGH, LOW);
  private static final List<Column> TEXTS = List.of(SET, SOURCE, QUERY, POSITIVE, DOCUMENT_ID);
  private static final List<Column> HASHES = List.of(DOCUMENT_ID, HIGH, LOW);

  private static final List<Column> QUERIES = List.of(SET, QUERY, HIGH, LOW);

  private static final int ROWS_PER_GROUP = 4_096;

  private Candidates() {}

  /**
   * A pair.
   *
   * @param set its data set
   * @param source of its document
   * @param documentId 32 hexadecimal digits
   */
  record Row(String set, String source, Pair pair, String documentId) {}

  static ColumnTable.Writer write(WorkFolder folder, String file) throws IOException {
    return new ColumnTable.Writer(folder.storage(), folder.output(), file, COLUMNS, ROWS_PER_GROUP);
  }

  static void append(ColumnTable.Writer writer, Row row) throws IOException {
    Fingerprint print = Fingerprint.of(row.pair().query() + "\n" + row.pair().positive());
    writer.text(row.set()).text(row.source()).text(row.pair().query()).text(row.pair().positive());
    writer.text(row.documentId()).int64(print.high()).int64(print.low()).endRow();
  }

  static ColumnTable.Reader open(WorkFolder folder, String file) throws IOException {
    return new ColumnTable.Reader(folder.storage(), folder.path(file), TEXTS);
  }

  static Row row(ColumnTable.Reader reader) {
    return new Row(
        reader.text(0), reader.text(1), new Pair(reader.text(2), reader.text(3)), reader.text(4));
  }

  static ColumnTable.Reader openForDedup(WorkFolder folder, String file) throws IOException {
    return new ColumnTable.Reader(folder.storage(), folder.path(file), HASHES);
  }

  static ColumnTable.Reader openForQueries(WorkFolder folder, String file) throws IOException {
    return new ColumnTable.Reader(folder.storage(), folder.path(file), QUERIES);
  }

  /**
   * What limits the pairs of a query.
   *
   * @param set data set
   * @param print of the pair
   */
  record QueryRow(String set, String query, Fingerprint print) {}

  static QueryRow queryRow(ColumnTable.Reader reader) {
    return new QueryRow(
        reader.text(0), reader.text(1), new Fingerprint(reader.int64(2), reader.int64(3)));
  }

  /** What deduplication knows of a pair: of equal ones that of the smallest document id stays. */
  static DocumentRow documentRow(ColumnTable.Reader reader, int unit, int number) {
    DocumentId id = DocumentId.of(reader.text(0));
    return new DocumentRow(
        DocumentRow.place(unit, number),
        id.high(),
        id.low(),
        0,
        reader.int64(1),
        reader.int64(2),
        new long[0]);
  }
}
