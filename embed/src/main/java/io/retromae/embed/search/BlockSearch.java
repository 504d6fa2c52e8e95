package io.retromae.embed.search;

import io.retromae.core.failure.ConfigException;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.training.libtorch.TorchRuntime;
import java.nio.FloatBuffer;

/**
 * Finds the k best documents of a block of queries, exactly, while documents come by in blocks. The
 * result does not depend on how they are divided, on their order or on the number of threads: who
 * gets among the best is decided by scores in float64, computed in one fixed order, and equal ones
 * by the lower number. Holds k documents for each query and the scores of one tile.
 *
 * <p>Products in float32 find the candidates. With unit roundoff u = 2^-24 a product of vectors of
 * D values differs from the true one by at most D u |q| |d| to first order, in whatever order it is
 * summed (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, eq. 3.5); candidates
 * are all documents that this leaves a chance. Owns native memory. For one thread.
 */
public final class BlockSearch implements AutoCloseable {
  private static final double ROUNDOFF = 0x1p-24;

  /** The bound is of first order; vectors of length one were rounded themselves. */
  private static final double MORE_TERMS = 8;

  private static final double MORE = 1.01;

  private static final long HEAP_BYTES = 64 << 20;

  /** More queries make a product no faster, and its scores leave the processor's caches. */
  private static final int MOST_QUERIES = 2048;

  private final long firstQuery;
  private final int k;
  private final int width;
  private final Similarity similarity;
  private final Rows queries;
  private final Heaps heaps;
  private final Stripes stripes;
  private final Tile tile;
  private final double relativeError;
  private final double absoluteError;

  /**
   * Begins without documents.
   *
   * @param queries a block that fits in memory with k documents for each
   * @param firstQuery number of the first one
   * @param k at least 1
   * @param threads that pick among scores; libtorch has its own
   * @throws ConfigException if k is less than 1
   * @throws io.retromae.core.failure.CorruptDataException if a query has a value that is no finite
   *     number
   */
  public BlockSearch(
      VectorBlock queries, long firstQuery, int k, Similarity similarity, int threads) {
    if (k < 1) {
      throw new ConfigException("k = %d: must be at least 1".formatted(k));
    }
    this.firstQuery = firstQuery;
    this.k = k;
    this.width = queries.width();
    this.similarity = similarity;
    this.queries = new Rows(queries, similarity);
    this.heaps = new Heaps(queries.size(), k);
    this.relativeError = MORE * (width + MORE_TERMS) * ROUNDOFF;
    this.absoluteError = 2.0 * width * Float.MIN_NORMAL;
    TorchRuntime.start(threads);
    this.tile = new Tile(Math.max(1, queries.size()), Math.max(1, width));
    this.stripes = new Stripes(threads);
    this.queries.write(0, queries.size(), tile.queries());
  }

  /**
   * Searches some documents.
   *
   * @param first number of the first one; the others follow it
   * @throws io.retromae.core.failure.CorruptDataException if one has a value that is no finite
   *     number
   * @throws ConfigException if they are not as wide as the queries
   */
  public void add(VectorBlock documents, long first) {
    if (documents.size() == 0 || queries.count() == 0) {
      return;
    }
    if (documents.width() != width) {
      throw new ConfigException(
          "documents have vectors of %d values, queries of %d; both must be made by one encoder"
              .formatted(documents.width(), width));
    }
    Rows rows = new Rows(documents, similarity);
    for (int from = 0; from < rows.count(); from += Tile.ROWS) {
      search(rows, from, Math.min(rows.count(), from + Tile.ROWS), first);
    }
  }

  private void search(Rows documents, int from, int to, long first) {
    FloatBuffer values = tile.documents();
    documents.write(from, to, values);
    double longest = 0;
    for (int row = from; row < to; row++) {
      longest = Math.max(longest, documents.length(row));
    }
    try (Tile.Product product = tile.multiply(to - from)) {
      Selection selection =
          new Selection(documents, from, to, first, longest, product, someNotFull(to - from));
      stripes.run(queries.count(), selection::select);
    }
  }

  /** Whether a first cut through a tile of so many documents is worth its while. */
  private boolean someNotFull(int rows) {
    boolean some = false;
    for (int q = 0; q < queries.count() && !some; q++) {
      some = !heaps.full(q);
    }
    return some && rows > k;
  }

  /** The candidates among the documents of a tile. */
  private final class Selection {
    private final Rows documents;
    private final int from;
    private final int to;
    private final long first;
    private final double longest;
    private final int columns;
    private final FloatBuffer scores;
    private final float[] groupMaxima;
    private final float[] best;

    Selection(
        Rows documents,
        int from,
        int to,
        long first,
        double longest,
        Tile.Product product,
        boolean cut) {
      this.documents = documents;
      this.from = from;
      this.to = to;
      this.first = first;
      this.longest = longest;
      this.columns = product.columns();
      this.scores = product.scores();
      this.groupMaxima = product.groupMaxima();
      this.best = cut ? product.best(k, to - from) : new float[0];
    }

    void select(int fromQuery, int toQuery) {
      int groups = columns / Tile.GROUP;
      for (int query = fromQuery; query < toQuery; query++) {
        double error = error(queries.length(query));
        float cut = cut(query, error);
        for (int group = 0; group < groups; group++) {
          if (groupMaxima[query * groups + group] >= cut) {
            cut = look(query, group, error, cut);
          }
        }
      }
    }

    /** How far a float32 score may be from the true one. Kernels may take subnormals for zero. */
    private double error(double length) {
      return relativeError * length * longest + absoluteError * (1 + length + longest);
    }

    /** The float32 score that a document needs for a chance. */
    private float cut(int query, double error) {
      if (heaps.full(query)) {
        return below(heaps.worst(query) - error);
      }
      // k documents of this tile score at least so much
      return best.length == 0 ? Float.NEGATIVE_INFINITY : below(best[query] - 2 * error);
    }

    private static float below(double score) {
      return Math.nextDown((float) score);
    }

    private float look(int query, int group, double error, float cutSoFar) {
      float cut = cutSoFar;
      int begin = group * Tile.GROUP;
      int end = Math.min(begin + Tile.GROUP, to - from);
      int at = query * columns;
      for (int i = begin; i < end; i++) {
        if (scores.get(at + i) >= cut) {
          double score = queries.score(query, documents, from + i);
          boolean better = heaps.offer(query, score, first + from + i);
          if (better && heaps.full(query)) {
            cut = Math.max(cut, below(heaps.worst(query) - error));
          }
        }
      }
      return cut;
    }
  }

  /** Queries of a block, so that it takes some 64 MB for k documents each. */
  public static int queriesAtOnce(int k) {
    long bytes = (long) k * (Double.BYTES + Long.BYTES);
    return (int) Math.max(1, Math.min(MOST_QUERIES, HEAP_BYTES / Math.max(1, bytes)));
  }

  /** The best documents of all that came by; the search is over then. */
  public TopK result() {
    return heaps.sorted(firstQuery);
  }

  @Override
  public void close() {
    stripes.close();
    tile.close();
  }
}
