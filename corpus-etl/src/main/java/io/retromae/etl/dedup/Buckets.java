package io.retromae.etl.dedup;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Documents that share a band, as edges: all pairs of a few; of more, each with the first (by id)
 * and, up to a limit, with the one before, so that a dissimilar first does not lose a similar pair.
 */
final class Buckets {
  /** An edge from the smaller id, {@code members} 0; or a large bucket and its first document. */
  static final StructType COLUMNS = SortedPass.longs("members", "a", "b");

  private static final StructType BANDS = SortedPass.longs("band", "id_high", "place");

  private Buckets() {}

  /** Edges, possibly repeated, and large buckets. */
  static Dataset<Row> edges(Dataset<Row> documents, DedupPlan plan) {
    Dataset<Row> signed = documents.select("place", "id_high", "bands");
    Dataset<Row> bands = SortedPass.walk(signed, BANDS, () -> Buckets::bands);
    int most = plan.settings().minhash().maxBucket();
    return new SortedPass(plan.partitions(), List.of("band"), List.of("id_high", "place"))
        .over(bands, COLUMNS, () -> new Connecting(most));
  }

  private static void bands(Row document, Consumer<Row> out) {
    ByteBuffer bands = ByteBuffer.wrap(document.<byte[]>getAs(2));
    while (bands.hasRemaining()) {
      out.accept(RowFactory.create(bands.getLong(), document.getLong(1), document.getLong(0)));
    }
  }

  /** Walks along buckets. */
  private static final class Connecting implements SortedPass.Walk {
    private final BucketEdges edges;

    Connecting(int most) {
      edges = new BucketEdges(most);
    }

    @Override
    public void row(Row row, Consumer<Row> out) {
      edges.add(
          row.getLong(0), row.getLong(2), (m, a, b) -> out.accept(RowFactory.create(m, a, b)));
    }

    @Override
    public void end(Consumer<Row> out) {
      edges.end((m, a, b) -> out.accept(RowFactory.create(m, a, b)));
    }
  }
}
