package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.embed.search.ProductError.Documents;
import io.retromae.embed.vector.VectorBlock;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What products may be off by, of vectors of many sizes. */
class ProductErrorTest {
  private static final int COUNT = 96;

  /**
   * Vectors whose values differ by powers of ten, some of them far too small for their rounding.
   */
  private static VectorBlock vectors(Random random, int width, int spread) {
    VectorBlock block = BruteForce.vectors(random, COUNT, width);
    for (int i = 0; i < block.values().length; i++) {
      block.values()[i] *= (float) Math.pow(10, random.nextInt(2 * spread + 1) - spread);
    }
    return block;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0, false",
    "2, 3, 0, true",
    "3, 64, 3, false",
    "4, 64, 3, true",
    "5, 300, 0, true",
    "6, 257, 17, true",
    "7, 257, 17, false",
    "8, 1024, 1, true",
    "9, 8, 30, true"
  })
  void trueScoresLieWithinIt(long seed, int width, int spread, boolean low) {
    Random random = new Random(seed);
    int limited = Math.min(spread, 17); // lengths below those that are refused
    VectorBlock queries = vectors(random, width, limited);
    VectorBlock documents = vectors(random, width, spread > 17 ? 0 : limited);
    if (spread > 17) { // products that are subnormal, or nothing; squares that are
      for (int i = 0; i < documents.values().length; i++) {
        documents.values()[i] *= spread == 21 ? 1e-21f : 1e-38f;
      }
    }
    Rows left = new Rows(queries, Similarity.DOT);
    Rows right = new Rows(documents, Similarity.DOT);
    try (Products products = new Products(COUNT, width)) {
      left.write(0, COUNT, products.queries());
      ProductError error =
          new ProductError(width, low ? products.roundQueries() : new float[COUNT]);
      Products.Tile tile = products.newTile();
      right.write(0, COUNT, tile.documents());
      Documents worst = new Documents(right.longest(0, COUNT), low ? tile.round(COUNT) : 0, low);

      tile.multiply(
          COUNT,
          0,
          COUNT,
          (from, to, columns, scores, maxima) -> check(left, right, error, worst, columns, scores));
    }
  }

  private static void check(
      Rows left, Rows right, ProductError error, Documents worst, int columns, FloatBuffer scores) {
    for (int query = 0; query < COUNT; query++) {
      double length = left.length(query);
      for (int row = 0; row < COUNT; row++) {
        double truth = left.score(query, right, row);
        float product = scores.get(query * columns + row);
        String where = "query %d, document %d: %s is %s".formatted(query, row, product, truth);
        assertTrue(error.trueFrom(product, query, length, worst) <= truth, where);
        assertTrue(error.productFrom(truth, query, length, worst) <= product, where);
      }
    }
  }
}
