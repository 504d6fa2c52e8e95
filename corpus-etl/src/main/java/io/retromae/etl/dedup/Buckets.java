package io.retromae.etl.dedup;

import java.nio.ByteBuffer;
import java.util.ArrayList;
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

  /** Buckets of at most so many are compared pair by pair. */
  static final int ALL_PAIRS = 8;

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
    private final int most;
    private final List<Long> first = new ArrayList<>();
    private long band;
    private long size;
    private long last;

    Connecting(int most) {
      this.most = most;
    }

    @Override
    public void row(Row row, Consumer<Row> out) {
      if (size > 0 && row.getLong(0) != band) {
        end(out);
      }
      band = row.getLong(0);
      add(row.getLong(2), out);
    }

    private void add(long place, Consumer<Row> out) {
      size++;
      if (size <= ALL_PAIRS) {
        first.add(place);
        return;
      }
      if (size == ALL_PAIRS + 1) {
        starOfFirst(out);
      }
      edge(first.get(0), place, out);
      if (size <= most) {
        edge(last, place, out);
      }
      last = place;
    }

    /** The bucket is too big for all pairs. */
    private void starOfFirst(Consumer<Row> out) {
      edge(first.get(0), first.get(1), out);
      for (int i = 2; i < first.size(); i++) {
        edge(first.get(0), first.get(i), out);
        edge(first.get(i - 1), first.get(i), out);
      }
      last = first.get(first.size() - 1);
    }

    @Override
    public void end(Consumer<Row> out) {
      if (size <= ALL_PAIRS) {
        for (int i = 0; i < first.size(); i++) {
          for (int j = i + 1; j < first.size(); j++) {
            edge(first.get(i), first.get(j), out);
          }
        }
      } else if (size > most) {
        out.accept(RowFactory.create(size, first.get(0), first.get(0)));
      }
      first.clear();
      size = 0;
    }

    private static void edge(long a, long b, Consumer<Row> out) {
      out.accept(RowFactory.create(0L, a, b));
    }
  }
}
