package io.retromae.etl.dedup;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Connected components: union-find within partitions, then in one task if few edges are left, else
 * alternating large-star and small-star until nothing changes (Kiveris et al. 2014, Connected
 * Components in MapReduce and Beyond).
 */
final class Components {
  private static final StructType EDGES = SortedPass.longs("u", "v");

  /** Rounds between checkpoints: the plan grows with every round. */
  private static final int ROUNDS = 2;

  private final DedupPlan plan;
  private final PassStorage storage;

  Components(DedupPlan plan, PassStorage storage) {
    this.plan = plan;
    this.storage = storage;
  }

  /**
   * The components of a graph.
   *
   * @param edges (a, b), in any direction, possibly repeated
   * @return each node with its component's smallest node: (node, root)
   */
  Dataset<Row> of(Dataset<Row> edges) {
    Dataset<Row> local = storage.keep(forest(edges.select("a", "b")));
    Dataset<Row> stars =
        local.count() <= plan.oneTaskEdges() ? forest(local.coalesce(1)) : alternate(local);
    Dataset<Row> roots = stars.selectExpr("v AS node", "v AS root").distinct();
    return storage.keep(stars.selectExpr("u AS node", "v AS root").union(roots));
  }

  /** Each partition's components as edges from their nodes u to their smallest node v. */
  private static Dataset<Row> forest(Dataset<Row> edges) {
    return edges.mapPartitions((Iterator<Row> in) -> unite(in), Encoders.row(EDGES));
  }

  /** Results are made as they are asked for: there may be as many as nodes. */
  private static Iterator<Row> unite(Iterator<Row> edges) {
    UnionFind components = new UnionFind();
    edges.forEachRemaining(edge -> components.union(edge.getLong(0), edge.getLong(1)));
    return IntStream.range(0, components.count())
        .filter(i -> components.node(i) != components.root(i))
        .<Row>mapToObj(i -> RowFactory.create(components.node(i), components.root(i)))
        .iterator();
  }

  private Dataset<Row> alternate(Dataset<Row> forest) {
    Dataset<Row> edges = forest.distinct();
    Dataset<Row> stored = forest;
    Row before = summary(edges);
    for (int round = 1; ; round++) {
      Dataset<Row> next = storage.keep(smallStars(largeStars(edges)).distinct());
      Row after = summary(next);
      if (after.equals(before)) {
        return next;
      }
      before = after;
      edges = round % ROUNDS == 0 ? storage.checkpoint(next) : next;
      storage.release(stored);
      stored = next;
    }
  }

  /** Count and hash of a set of edges, whatever their order. */
  private static Row summary(Dataset<Row> edges) {
    return edges
        .agg(functions.count("*"), functions.expr("coalesce(bit_xor(xxhash64(u, v)), 0L)"))
        .first();
  }

  private Dataset<Row> largeStars(Dataset<Row> edges) {
    Dataset<Row> both = edges.union(edges.selectExpr("v AS u", "u AS v"));
    return around(both, LargeStar::new);
  }

  private Dataset<Row> smallStars(Dataset<Row> edges) {
    return around(edges, SmallStar::new);
  }

  /** A walk along the sorted neighbours v of each u. */
  private Dataset<Row> around(Dataset<Row> edges, SortedPass.Start start) {
    return new SortedPass(plan.partitions(), List.of("u"), List.of("v")).over(edges, EDGES, start);
  }

  /** Links larger neighbours of u to the smallest of u and its neighbours. */
  private static final class LargeStar implements SortedPass.Walk {
    private long u = -1;
    private long smallest;
    private long last;

    @Override
    public void row(Row row, Consumer<Row> out) {
      long v = row.getLong(1);
      if (row.getLong(0) != u) {
        u = row.getLong(0);
        smallest = Math.min(u, v);
        last = -1;
      }
      if (v > u && v != last) {
        out.accept(RowFactory.create(v, smallest));
      }
      last = v;
    }
  }

  /** Links u and its neighbours, which are all smaller, to the smallest. */
  private static final class SmallStar implements SortedPass.Walk {
    private long u = -1;
    private long smallest;
    private long last;

    @Override
    public void row(Row row, Consumer<Row> out) {
      long v = row.getLong(1);
      if (row.getLong(0) != u) {
        u = row.getLong(0);
        smallest = v;
        out.accept(RowFactory.create(u, smallest));
      } else if (v != last) {
        out.accept(RowFactory.create(v, smallest));
      }
      last = v;
    }
  }
}
