package io.retromae.embed.search;

import io.retromae.core.failure.ConfigException;
import io.retromae.embed.search.ProductError.Documents;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.training.libtorch.TorchRuntime;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Finds the k best documents of a block of queries, exactly, while documents come by in blocks. The
 * result does not depend on how they are divided, on their order or on the number of threads: who
 * is among the best is decided by scores in float64, each computed from its two vectors alone in
 * one fixed order, and among equal ones by the lower number.
 *
 * <p>Products in float32, or bfloat16 where that is faster, find the candidates: all documents that
 * {@link ProductError} leaves a chance. Holds k documents for each query and 64 MB of documents.
 * Owns native memory. For one thread.
 */
public final class BlockSearch implements AutoCloseable {
  /** Values of documents that are kept until their candidates' scores are computed. */
  private static final long KEPT_VALUES = 1 << 24;

  /** Documents that scores are computed for together: so that they stay in a core's cache. */
  private static final int SCORED_TOGETHER = 512;

  /** For k documents of each query, here and on the way to the driver. */
  private static final long BYTES = 64 << 20;

  /** More queries at once make a product no faster. */
  private static final int MOST_QUERIES = 2048;

  private final long firstQuery;
  private final int k;
  private final int width;
  private final Similarity similarity;
  private final Rows queries;
  private final Heaps heaps;
  private final Candidates candidates;
  private final Products products;
  private final Stripes stripes;

  /** Of threads that are not at work now. */
  private final Queue<Products.Tile> tiles = new ConcurrentLinkedQueue<>();

  private final ProductError productError;

  /** Whether products of the next documents are made in bfloat16. */
  private volatile boolean low;

  /** A lower bound of the k-th best score so far. */
  private final double[] bounds;

  /** Blocks whose candidates have no scores yet. */
  private final List<Kept> kept = new ArrayList<>();

  private int keptRows;

  /** Those that have been multiplied, at their worst. */
  private final AtomicReference<Documents> multiplied = new AtomicReference<>(Documents.NONE);

  /**
   * A block of documents.
   *
   * @param first number of the first one
   * @param begin its row among all that are kept
   */
  private record Kept(Rows rows, long first, int begin) {}

  /**
   * Begins without documents.
   *
   * @param queries at most {@link #queriesAtOnce}, else it takes more memory
   * @param firstQuery number of the first one
   * @param k at least 1
   * @param threads that search, each for queries of its own
   * @throws ConfigException if k is less than 1
   * @throws io.retromae.core.failure.CorruptDataException if a query has a value that is no finite
   *     number
   */
  public BlockSearch(
      VectorBlock queries, long firstQuery, int k, Similarity similarity, int threads) {
    this(queries, firstQuery, k, similarity, threads, Products.fastInBfloat16());
  }

  /**
   * The same.
   *
   * @param low whether products are made in bfloat16 as long as that tells documents apart
   */
  BlockSearch(
      VectorBlock queries,
      long firstQuery,
      int k,
      Similarity similarity,
      int threads,
      boolean low) {
    if (k < 1) {
      throw new ConfigException("k = %d: must be at least 1".formatted(k));
    }
    this.firstQuery = firstQuery;
    this.k = k;
    this.width = queries.width();
    this.similarity = similarity;
    this.queries = new Rows(queries, similarity);
    this.heaps = new Heaps(queries.size(), k);
    this.candidates = new Candidates(queries.size(), k);
    this.bounds = new double[queries.size()];
    Arrays.fill(bounds, Double.NEGATIVE_INFINITY);
    this.products = new Products(Math.max(1, queries.size()), Math.max(1, width));
    this.stripes = new Stripes(threads);
    this.queries.write(0, queries.size(), products.queries());
    this.low = low;
    this.productError =
        new ProductError(width, low ? products.roundQueries() : new float[queries.size()]);
  }

  /** Queries of a block that takes some 64 MB for k documents each. */
  public static int queriesAtOnce(int k) {
    long bytes = 2L * k * (Double.BYTES + Long.BYTES);
    return (int) Math.max(1, Math.min(MOST_QUERIES, BYTES / Math.max(1, bytes)));
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
    Kept block = new Kept(new Rows(documents, similarity), first, keptRows);
    kept.add(block);
    keptRows += documents.size();
    stripes.run(queries.count(), (begin, end) -> findCandidates(block, begin, end));
    if ((long) keptRows * width >= KEPT_VALUES) {
      scoreAll();
    }
  }

  /** Goes through a block for some queries, by one thread. */
  private void findCandidates(Kept block, int fromQuery, int toQuery) {
    TorchRuntime.computeAlone();
    Products.Tile free = tiles.poll();
    Products.Tile tile = free == null ? products.newTile() : free;
    Rows rows = block.rows();
    for (int from = 0; from < rows.count(); from += Products.ROWS) {
      int firstRow = from;
      int to = Math.min(rows.count(), from + Products.ROWS);
      rows.write(from, to, tile.documents());
      Documents here = new Documents(rows.longest(from, to), 0, false);
      if (low) {
        here = new Documents(here.longest(), tile.round(to - from), true);
      } else {
        tile.forgetRounded();
      }
      Documents multipliedNow = here;
      multiplied.accumulateAndGet(here, Documents::and);
      tile.multiply(
          to - from,
          fromQuery,
          toQuery,
          (begin, end, columns, scores, maxima) ->
              new Selection(begin, columns, to - firstRow, scores, maxima)
                  .select(end - begin, block.begin() + firstRow, multipliedNow));
    }
    tiles.add(tile);
  }

  /** What a product reaches of a document that has a chance yet. */
  private float cutOf(int query, Documents documents) {
    return productError.productFrom(bounds[query], query, queries.length(query), documents);
  }

  private double trueFrom(double product, int query, Documents documents) {
    return productError.trueFrom(product, query, queries.length(query), documents);
  }

  /** A look at one product, by one thread. */
  private final class Selection {
    private final int fromQuery;
    private final int columns;
    private final int documents;
    private final FloatBuffer scores;
    private final FloatBuffer maxima;
    private final int[] counts = Candidates.counts();

    Selection(int fromQuery, int columns, int documents, FloatBuffer scores, FloatBuffer maxima) {
      this.fromQuery = fromQuery;
      this.columns = columns;
      this.documents = documents;
      this.scores = scores;
      this.maxima = maxima;
    }

    void select(int queries, int firstRow, Documents here) {
      int groups = columns / Products.GROUP;
      for (int i = 0; i < queries; i++) {
        int query = fromQuery + i;
        if (bounds[query] == Double.NEGATIVE_INFINITY && documents > candidates.capacity()) {
          bounds[query] = trueFrom(firstBound(i), query, here);
        }
        float cut = cutOf(query, here);
        for (int group = 0; group < groups; group++) {
          if (maxima.get(i * groups + group) >= cut) {
            int from = group * Products.GROUP;
            int to = Math.min(documents, from + Products.GROUP);
            for (int column = from; column < to; column++) {
              float score = scores.get(i * columns + column);
              if (score >= cut && candidates.add(query, score, firstRow + column)) {
                shrink(query);
                cut = cutOf(query, here);
              }
            }
          }
        }
      }
    }

    /** What k of these documents reach, so that not all of the first tile become candidates. */
    private double firstBound(int row) {
      float[] all = new float[documents];
      scores.get(row * columns, all);
      return Candidates.lowerBound(all, 0, documents, k, counts);
    }

    private void shrink(int query) {
      cut(query, counts);
      if (candidates.crowded(query)) { // many alike, which only better scores can tell apart
        low = false;
        score(query, query + 1);
      }
    }
  }

  /** Throws away the candidates of a query, at least k, that have no chance. */
  private void cut(int query, int[] counts) {
    Documents worst = multiplied.get();
    bounds[query] =
        Math.max(bounds[query], trueFrom(candidates.lowerBound(query, counts), query, worst));
    candidates.keepFrom(query, cutOf(query, worst));
  }

  private void scoreAll() {
    stripes.run(queries.count(), this::cutAndScore);
    kept.clear();
    keptRows = 0;
    multiplied.set(Documents.NONE);
  }

  private void cutAndScore(int fromQuery, int toQuery) {
    int[] counts = Candidates.counts();
    for (int query = fromQuery; query < toQuery; query++) {
      if (candidates.size(query) > k) {
        cut(query, counts);
      }
    }
    score(fromQuery, toQuery);
  }

  /** Computes the scores of all candidates of some queries; the best go into the heaps. */
  private void score(int fromQuery, int toQuery) {
    int[] next = new int[toQuery - fromQuery];
    for (Kept block : kept) {
      for (int from = 0; from < block.rows().count(); from += SCORED_TOGETHER) {
        int end = block.begin() + Math.min(block.rows().count(), from + SCORED_TOGETHER);
        for (int query = fromQuery; query < toQuery; query++) {
          next[query - fromQuery] = score(query, next[query - fromQuery], block, end);
        }
      }
    }
    for (int query = fromQuery; query < toQuery; query++) {
      candidates.clear(query);
      if (heaps.full(query)) {
        bounds[query] = Math.max(bounds[query], heaps.worst(query));
      }
    }
  }

  private int score(int query, int firstIndex, Kept block, int endRow) {
    int index = firstIndex;
    int size = candidates.size(query);
    for (; index < size && candidates.row(query, index) < endRow; index++) {
      int row = candidates.row(query, index) - block.begin();
      heaps.offer(query, queries.score(query, block.rows(), row), block.first() + row);
    }
    return index;
  }

  /** The best documents of all that came by; the search is over then. */
  public TopK result() {
    scoreAll();
    stripes.run(queries.count(), heaps::sort);
    return heaps.sorted(firstQuery);
  }

  @Override
  public void close() {
    stripes.close();
    products.close();
  }
}
