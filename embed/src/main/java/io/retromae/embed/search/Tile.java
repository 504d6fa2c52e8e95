package io.retromae.embed.search;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.libtorch.InPlaceHostMemory;
import java.nio.FloatBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Products of n queries and tiles of documents in float32, one tile at a time. Owns the tensors.
 * What comes out are no results yet: the last bits of a score depend on the kernel, and so on where
 * in a tile a document lies.
 */
final class Tile implements AutoCloseable {
  /** Most documents of a tile. */
  static final int ROWS = 2048;

  /** Documents of which only the best is looked at first. Divides {@link #ROWS}. */
  static final int GROUP = 32;

  /** A product takes all the cores that libtorch has been given, so tasks take turns. */
  private static final ReentrantLock PRODUCT = new ReentrantLock(true);

  private final NDManager manager;
  private final NDArray queries;
  private final NDArray documents;
  private final InPlaceHostMemory memory = new InPlaceHostMemory();

  /** Native room for the vectors of so many queries and of a tile of documents. */
  Tile(int queryCount, int width) {
    manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    queries = manager.zeros(new Shape(queryCount, width), DataType.FLOAT32);
    documents = manager.zeros(new Shape(ROWS, width), DataType.FLOAT32);
  }

  /** Where the queries' values go, [n, D]. */
  FloatBuffer queries() {
    return floats(queries);
  }

  /** Where the documents' values go, [rows, D]. */
  FloatBuffer documents() {
    return floats(documents);
  }

  private FloatBuffer floats(NDArray array) {
    return memory.fetch(array).whole().asFloatBuffer();
  }

  /**
   * Multiplies all queries by the first documents.
   *
   * @param rows documents that are there; those behind them are zeros, or older ones, in a group
   *     that is begun
   */
  Product multiply(int rows) {
    PRODUCT.lock();
    try {
      return new Product(rows);
    } finally {
      PRODUCT.unlock();
    }
  }

  /** A product; close it before the next one is made. */
  final class Product implements AutoCloseable {
    private final NDManager scope = manager.newSubManager();
    private final NDArray scores;
    private final int columns;

    private Product(int rows) {
      columns = (rows + GROUP - 1) / GROUP * GROUP;
      queries.tempAttach(scope); // so that all results are the scope's
      documents.tempAttach(scope);
      NDArray some = columns == ROWS ? documents : documents.get(new NDIndex("0:" + columns));
      scores = queries.matMul(some.transpose());
    }

    /** Documents that were multiplied: a whole number of groups. */
    int columns() {
      return columns;
    }

    /** All scores, [n, columns]. */
    FloatBuffer scores() {
      return floats(scores);
    }

    /** The best score of each group of documents, [n, columns / GROUP]. */
    float[] groupMaxima() {
      int n = Math.toIntExact(scores.getShape().get(0));
      return copy(scores.reshape(n, columns / GROUP, GROUP).max(new int[] {2}));
    }

    /** The k-th best score of each query among the first documents, at least k, [n]. */
    float[] best(int k, int rows) {
      NDArray some = rows == columns ? scores : scores.get(new NDIndex(":,0:" + rows));
      return copy(some.topK(k, 1, true, false).get(0).min(new int[] {1}));
    }

    private float[] copy(NDArray array) {
      float[] values = new float[Math.toIntExact(array.size())];
      floats(array).get(values);
      return values;
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
