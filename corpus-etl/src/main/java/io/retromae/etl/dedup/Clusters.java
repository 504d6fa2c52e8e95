package io.retromae.etl.dedup;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Chooses which document of each component is kept: the longest, then that of smallest id. */
final class Clusters {
  /** Members of a cluster that statistics name. */
  static final int NAMED = 5;

  /** {@code kept} is the place of the document that is kept instead; its own for that one. */
  private static final StructType MEMBERS = SortedPass.longs("kept", "place");

  private static final StructType SUMMARY = SortedPass.longsAnd("places", "documents", "kept");

  private Clusters() {}

  /**
   * Who is kept for whom; members of a cluster lie together, the kept one first.
   *
   * @param documents with {@link ExactGroups#COLUMNS}
   * @param components (node, root)
   */
  static Dataset<Row> members(Dataset<Row> documents, Dataset<Row> components, DedupPlan plan) {
    Dataset<Row> described =
        components
            .join(documents, components.col("node").equalTo(documents.col("place")))
            .selectExpr("root", "-length AS shortness", "id_high", "id_low", "place");
    return new SortedPass(
            plan.partitions(), List.of("root"), List.of("shortness", "id_high", "id_low", "place"))
        .over(described, MEMBERS, Choosing::new);
  }

  /** One row for each cluster: size, place of the kept document, places of a few members. */
  static Dataset<Row> summaries(Dataset<Row> members) {
    return SortedPass.walk(members, SUMMARY, Summing::new);
  }

  /** Clusters by size, in powers of two. */
  static SortedMap<Long, Long> sizes(Dataset<Row> summaries) {
    SortedMap<Long, Long> sizes = new TreeMap<>();
    summaries
        .selectExpr("length(bin(documents)) AS bits")
        .groupBy("bits")
        .count()
        .collectAsList()
        .forEach(row -> sizes.put(1L << (row.getInt(0) - 1), row.getLong(1)));
    return sizes;
  }

  /** The biggest ones. */
  static List<DedupStatistics.Cluster> biggest(Dataset<Row> summaries) {
    return summaries
        .orderBy(functions.col("documents").desc(), functions.col("kept"))
        .limit(DedupStatistics.LISTED)
        .collectAsList()
        .stream()
        .map(row -> new DedupStatistics.Cluster(row.getLong(0), places(row.getAs(2))))
        .toList();
  }

  private static byte[] bytes(List<Long> places) {
    ByteBuffer bytes = ByteBuffer.allocate(places.size() * Long.BYTES);
    places.forEach(bytes::putLong);
    return bytes.array();
  }

  private static List<Long> places(byte[] bytes) {
    LongBuffer places = ByteBuffer.wrap(bytes).asLongBuffer();
    return LongStream.range(0, places.limit()).mapToObj(i -> places.get((int) i)).toList();
  }

  /** Notes the first of each component. */
  private static final class Choosing implements SortedPass.Walk {
    private long root = -1;
    private long kept;

    @Override
    public void row(Row row, Consumer<Row> out) {
      long place = row.getLong(4);
      if (row.getLong(0) != root) {
        root = row.getLong(0);
        kept = place;
      }
      out.accept(RowFactory.create(kept, place));
    }
  }

  /** Counts each cluster. */
  private static final class Summing implements SortedPass.Walk {
    private final List<Long> named = new ArrayList<>();
    private long documents;

    @Override
    public void row(Row row, Consumer<Row> out) {
      if (documents > 0 && row.getLong(0) != named.get(0)) {
        end(out);
      }
      documents++;
      if (named.size() < NAMED) {
        named.add(row.getLong(1));
      }
    }

    @Override
    public void end(Consumer<Row> out) {
      if (documents > 0) {
        out.accept(RowFactory.create(documents, named.get(0), bytes(named)));
      }
      named.clear();
      documents = 0;
    }
  }
}
