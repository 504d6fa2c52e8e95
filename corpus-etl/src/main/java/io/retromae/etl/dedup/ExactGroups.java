package io.retromae.etl.dedup;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Numbers the documents of equal fingerprint, the smallest id first; that one is kept. */
final class ExactGroups {
  /** Of results; {@code member} is 0 for a document that is kept. */
  static final StructType COLUMNS =
      SortedPass.longsAnd("bands", "place", "id_high", "id_low", "length", "member");

  private static final StructType DOCUMENTS =
      SortedPass.longsAnd(
          "bands", "place", "id_high", "id_low", "length", "fingerprint_high", "fingerprint_low");

  private ExactGroups() {}

  /**
   * Numbers the documents of each group; all documents are the first if exact duplicates are not
   * looked for.
   */
  static Dataset<Row> number(SparkSession spark, JavaRDD<DocumentRow> documents, DedupPlan plan) {
    Dataset<Row> rows = spark.createDataFrame(documents.map(ExactGroups::row), DOCUMENTS);
    if (!plan.settings().exact()) {
      return rows.selectExpr("place", "id_high", "id_low", "length", "0L AS member", "bands");
    }
    return new SortedPass(
            plan.partitions(),
            List.of("fingerprint_high", "fingerprint_low"),
            List.of("id_high", "id_low", "place"))
        .over(rows, COLUMNS, Numbering::new);
  }

  /** Ids are compared as unsigned numbers, as their hexadecimal digits are; columns are signed. */
  private static Row row(DocumentRow document) {
    ByteBuffer bands = ByteBuffer.allocate(document.bands().length * Long.BYTES);
    bands.asLongBuffer().put(document.bands());
    return RowFactory.create(
        document.place(),
        document.idHigh() ^ Long.MIN_VALUE,
        document.idLow() ^ Long.MIN_VALUE,
        (long) document.length(),
        document.fingerprintHigh(),
        document.fingerprintLow(),
        bands.array());
  }

  /** Counts along each fingerprint. */
  private static final class Numbering implements SortedPass.Walk {
    private long high;
    private long low;
    private long next;

    @Override
    public void row(Row row, Consumer<Row> out) {
      if (row.getLong(4) != high || row.getLong(5) != low) {
        high = row.getLong(4);
        low = row.getLong(5);
        next = 0;
      }
      out.accept(
          RowFactory.create(
              row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3), next, row.get(6)));
      next++;
    }
  }
}
