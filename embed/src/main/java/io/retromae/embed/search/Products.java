package io.retromae.embed.search;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.bert.Script;
import io.retromae.training.libtorch.InPlaceHostMemory;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * Products of n queries and tiles of documents, in float32, or in bfloat16 with sums in float32.
 * Owns the tensors, those of its tiles too. What comes out are no results yet: the last bits of a
 * score depend on the kernel, and so on where in a tile a document lies.
 */
final class Products implements AutoCloseable {
  /** Most documents of a tile. */
  static final int ROWS = 2048;

  /** Queries that are multiplied at once: so that their scores stay in a core's cache. */
  static final int QUERIES = 128;

  /** Documents of which only the best is looked at first, as in search.py. */
  static final int GROUP = 32;

  private static final Script SCRIPT =
      new Script("Search", List.of("/io/retromae/embed/search/search.py"), Map.of());

  private final Model module;
  private final NDManager manager;
  private final NDArray queries;
  private NDArray lowQueries;
  private final int width;
  private final InPlaceHostMemory memory = new InPlaceHostMemory();

  /** Native room for the vectors of so many queries. */
  Products(int queryCount, int width) {
    this.width = width;
    module = SCRIPT.load(Device.cpu());
    manager = module.getNDManager();
    queries = manager.zeros(new Shape(queryCount, width), DataType.FLOAT32);
  }

  /** Where the queries' values go, [n, D]. */
  FloatBuffer queries() {
    return floats(queries);
  }

  /**
   * Rounds the queries to bfloat16, after their values are there.
   *
   * @return the length of what each lost, [n]
   */
  float[] roundQueries() {
    try (NDManager scope = manager.newSubManager()) {
      NDList rounded = rounded(scope, queries);
      lowQueries = rounded.get(0);
      lowQueries.attach(manager);
      return rounded.get(1).toFloatArray();
    }
  }

  private NDList rounded(NDManager scope, NDArray vectors) {
    return Script.call(module, scope, "rounded", new NDList(Script.named("x", vectors)), false);
  }

  private FloatBuffer floats(NDArray array) {
    return memory.fetch(array).whole().asFloatBuffer();
  }

  /** Native room for a tile of documents, of one thread. */
  Tile newTile() {
    return new Tile();
  }

  /** Takes products. */
  interface Receiver {
    /**
     * Takes one, whose values are valid during the call.
     *
     * @param fromQuery first of the queries that were multiplied
     * @param toQuery behind the last one
     * @param columns documents that were multiplied: a whole number of groups
     * @param scores [queries, columns]
     * @param groupMaxima the best score of each group, [queries, columns / GROUP]
     */
    void take(int fromQuery, int toQuery, int columns, FloatBuffer scores, FloatBuffer groupMaxima);
  }

  /** Some documents, which one thread multiplies. */
  final class Tile {
    private final NDArray documents = manager.zeros(new Shape(ROWS, width), DataType.FLOAT32);
    private final NDArray room = manager.zeros(new Shape(QUERIES * ROWS), DataType.FLOAT32);
    private final NDArray maximaRoom =
        manager.zeros(new Shape(QUERIES * ROWS / GROUP), DataType.FLOAT32);

    private NDArray lowDocuments;

    private Tile() {}

    /** Where the documents' values go, [rows, D]. */
    FloatBuffer documents() {
      return floats(documents);
    }

    /**
     * Rounds documents to bfloat16 for {@link #multiply}.
     *
     * @param rows documents that are there, the first ones
     * @return length of the most that one of them lost
     */
    double round(int rows) {
      forgetRounded();
      try (NDManager scope = manager.newSubManager()) {
        NDList rounded = rounded(scope, part(scope, documents, 0, columns(rows)));
        lowDocuments = rounded.get(0);
        lowDocuments.attach(manager);
        double most = 0;
        for (float lost : rounded.get(1).toFloatArray()) {
          most = Math.max(most, lost);
        }
        return most;
      }
    }

    /** Lets the next product be one of float32. */
    void forgetRounded() {
      if (lowDocuments != null) {
        lowDocuments.close();
        lowDocuments = null;
      }
    }

    private static int columns(int rows) {
      return (rows + GROUP - 1) / GROUP * GROUP;
    }

    /**
     * Multiplies some queries by the first documents, in bfloat16 if those were rounded.
     *
     * @param rows documents that are there; those behind them, in a group that is begun, are zeros
     *     or older ones
     */
    void multiply(int rows, int fromQuery, int toQuery, Receiver receiver) {
      int columns = columns(rows);
      NDArray left = lowDocuments == null ? queries : lowQueries;
      NDArray right = lowDocuments == null ? documents : lowDocuments;
      for (int from = fromQuery; from < toQuery; from += QUERIES) {
        int to = Math.min(toQuery, from + QUERIES);
        try (NDManager scope = manager.newSubManager()) {
          NDList arguments =
              new NDList(
                  Script.named("queries", part(scope, left, from, to)),
                  Script.named("documents", part(scope, right, 0, columns)),
                  Script.named("room", room),
                  Script.named("maxima_room", maximaRoom));
          NDList product = Script.call(module, scope, "multiply", arguments, false);
          receiver.take(from, to, columns, floats(product.get(0)), floats(product.get(1)));
        }
      }
    }
  }

  /**
   * Whether this processor multiplies bfloat16 much faster; tried, as no flag tells it everywhere.
   */
  static boolean fastInBfloat16() {
    return Trial.FASTER;
  }

  /**
   * A product of each kind, once for a process. It decides how long a search takes, never what it
   * finds.
   */
  private static final class Trial {
    static final boolean FASTER = faster();

    private static final int TRIES = 6;
    private static final double MUCH = 1.3;

    private Trial() {}

    private static boolean faster() {
      try (Products products = new Products(QUERIES, 256)) {
        Tile tile = products.newTile();
        long whole = nanoseconds(tile);
        products.roundQueries();
        tile.round(ROWS);
        return nanoseconds(tile) * MUCH < whole;
      }
    }

    private static long nanoseconds(Tile tile) {
      long best = Long.MAX_VALUE;
      for (int i = 0; i < TRIES; i++) { // the first ones compile
        long start = System.nanoTime();
        tile.multiply(ROWS, 0, QUERIES, (from, to, columns, scores, maxima) -> {});
        best = Math.min(best, System.nanoTime() - start);
      }
      return best;
    }
  }

  private static NDArray part(NDManager scope, NDArray rows, int from, int to) {
    NDArray part = rows.get(new NDIndex(from + ":" + to));
    part.attach(scope);
    return part;
  }

  @Override
  public void close() {
    module.close();
  }
}
