package io.retromae.etl.dedup;

import io.retromae.core.hash.SplitMix64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.roaringbitmap.RoaringBitmap;

/**
 * Keeps the edges whose documents are similar enough. Shingles of the documents with an edge are
 * read back and travel to their edges in two shuffles: {@code b}'s along every edge {@code (a, b)},
 * {@code a}'s once to each of the few tasks that its edges are spread over, as it may have
 * millions.
 */
final class Verification {
  /** Tasks that the edges of one document are spread over. */
  private static final int SPREAD = 16;

  private static final StructType NODE = SortedPass.longs("node", "unit");
  private static final StructType UNIT = SortedPass.longsAnd("rows", "unit");
  private static final StructType TO_NODE =
      SortedPass.longsAnd("shingles", "node", "kind", "a", "b");
  private static final StructType TO_EDGE = SortedPass.longsAnd("shingles", "a", "part", "b");

  /** Kinds of rows at a node: its shingles come before the requests for them. */
  private static final long SHINGLES = 0;

  private static final long REQUEST = 1;

  /** Stands for {@code b} where the shingles are those of {@code a}; smaller than any place. */
  private static final long OF_A = -1;

  private static final byte[] NONE = {};

  private final int partitions;
  private final double smallest;

  Verification(DedupPlan plan) {
    partitions = plan.partitions();
    smallest = plan.settings().minhash().verifyJaccard();
  }

  /**
   * The edges that hold.
   *
   * @param edges different (a, b)
   */
  Dataset<Row> verified(Dataset<Row> edges, ShingleReader reader) {
    Dataset<Row> toNodes = shingles(edges, reader).union(requests(edges));
    Dataset<Row> toEdges =
        new SortedPass(partitions, List.of("node"), List.of("kind", "a", "b"))
            .over(toNodes, TO_EDGE, Sending::new);
    double limit = smallest;
    return new SortedPass(partitions, List.of("a", "part"), List.of("b"))
        .over(toEdges, SortedPass.longs("a", "b"), () -> new Comparing(limit));
  }

  private Dataset<Row> shingles(Dataset<Row> edges, ShingleReader reader) {
    Dataset<Row> nodes =
        SortedPass.walk(edges.select("a", "b"), NODE, () -> Verification::nodes).distinct();
    return new SortedPass(partitions, List.of("unit"), List.of("node"))
        .over(nodes, UNIT, Collecting::new)
        .flatMap((Row unit) -> read(unit, reader), Encoders.row(TO_NODE));
  }

  private static void nodes(Row edge, Consumer<Row> out) {
    for (int i = 0; i < 2; i++) {
      long place = edge.getLong(i);
      out.accept(RowFactory.create(place, (long) DocumentRow.unit(place)));
    }
  }

  /** One document in memory at a time. */
  private static Iterator<Row> read(Row unit, ShingleReader reader) {
    Iterator<ShingleReader.Candidate> read =
        reader.read((int) unit.getLong(0), Bitmaps.of(unit.getAs(1)));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return read.hasNext();
      }

      @Override
      public Row next() {
        ShingleReader.Candidate next = read.next();
        return RowFactory.create(next.place(), SHINGLES, 0L, 0L, next.shingles().toBytes());
      }
    };
  }

  private static Dataset<Row> requests(Dataset<Row> edges) {
    return SortedPass.walk(edges.select("a", "b"), TO_NODE, () -> Verification::requests);
  }

  private static void requests(Row edge, Consumer<Row> out) {
    long a = edge.getLong(0);
    long b = edge.getLong(1);
    out.accept(RowFactory.create(b, REQUEST, a, b, NONE));
    out.accept(RowFactory.create(a, REQUEST, a, OF_A - part(b), NONE));
  }

  private static long part(long b) {
    return Math.floorMod(SplitMix64.mix(b), SPREAD);
  }

  /** Makes one set of rows of each unit. */
  private static final class Collecting implements SortedPass.Walk {
    private RoaringBitmap rows = new RoaringBitmap();
    private long unit;

    @Override
    public void row(Row row, Consumer<Row> out) {
      if (row.getLong(1) != unit) {
        end(out);
        unit = row.getLong(1);
      }
      rows.add(DocumentRow.row(row.getLong(0)));
    }

    @Override
    public void end(Consumer<Row> out) {
      if (!rows.isEmpty()) {
        out.accept(RowFactory.create(unit, Bitmaps.toBytes(rows)));
        rows = new RoaringBitmap();
      }
    }
  }

  /** Sends a document's shingles to whoever asks. */
  private static final class Sending implements SortedPass.Walk {
    private long node = OF_A;
    private byte[] shingles = NONE;
    private long lastA = OF_A;
    private long lastB;

    @Override
    public void row(Row row, Consumer<Row> out) {
      if (row.getLong(1) == SHINGLES) {
        node = row.getLong(0);
        shingles = row.getAs(4);
        lastA = OF_A;
        return;
      }
      check(row.getLong(0));
      long a = row.getLong(2);
      long b = row.getLong(3);
      if (a == lastA && b == lastB) {
        return; // several edges of a in the same part
      }
      lastA = a;
      lastB = b;
      long part = b < 0 ? OF_A - b : part(b);
      out.accept(RowFactory.create(a, part, Math.max(b, OF_A), shingles));
    }

    private void check(long asked) {
      if (asked != node) {
        throw new IllegalStateException(
            "row %d of unit %d was not read back, but may have a duplicate; the cleaned files must"
                    .formatted(DocumentRow.row(asked), DocumentRow.unit(asked))
                + " be those that the signatures were made from");
      }
    }
  }

  /** Compares a document with those at the other ends of its edges. */
  private static final class Comparing implements SortedPass.Walk {
    private final double smallest;
    private Optional<ShingleSet> ofA = Optional.empty();

    Comparing(double smallest) {
      this.smallest = smallest;
    }

    @Override
    public void row(Row row, Consumer<Row> out) {
      ShingleSet shingles = ShingleSet.of(row.<byte[]>getAs(3));
      if (row.getLong(2) == OF_A) {
        ofA = Optional.of(shingles);
      } else if (ofA.orElseThrow().jaccard(shingles) >= smallest) {
        out.accept(RowFactory.create(row.getLong(0), row.getLong(2)));
      }
    }
  }
}
