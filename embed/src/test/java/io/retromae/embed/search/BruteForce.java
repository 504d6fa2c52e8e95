package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.embed.vector.VectorBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** All scores of all documents in float64, sorted; and made-up vectors to search in. */
final class BruteForce {
  private BruteForce() {}

  /** Vectors of normal components, of which some are copies of others. */
  static VectorBlock vectors(Random random, int count, int width) {
    List<String> ids = new ArrayList<>();
    float[] values = new float[count * width];
    for (int row = 0; row < count; row++) {
      ids.add("v" + row);
      int copied = random.nextInt(5) == 0 && row > 0 ? random.nextInt(row) : row;
      for (int i = 0; i < width; i++) {
        values[row * width + i] =
            copied < row ? values[copied * width + i] : (float) random.nextGaussian();
      }
    }
    return new VectorBlock(ids, values, width);
  }

  static double score(VectorBlock q, int query, VectorBlock d, int row, Similarity similarity) {
    double dot = dot(q, query, d, row);
    double lengths = Math.sqrt(dot(q, query, q, query)) * Math.sqrt(dot(d, row, d, row));
    return similarity == Similarity.DOT ? dot : lengths == 0 ? 0 : dot / lengths;
  }

  private static double dot(VectorBlock a, int rowA, VectorBlock b, int rowB) {
    double sum = 0;
    for (int i = 0; i < a.width(); i++) {
      sum += (double) a.values()[rowA * a.width() + i] * b.values()[rowB * b.width() + i];
    }
    return sum;
  }

  /**
   * Asserts that the right documents were found, up to the order of those whose scores differ by
   * rounding in float64, and that equal vectors are in the order of their numbers.
   */
  static void assertBest(
      TopK found, VectorBlock queries, VectorBlock documents, int k, Similarity similarity) {
    assertEquals(queries.size(), found.queries());
    for (int query = 0; query < queries.size(); query++) {
      int q = query;
      List<Double> scores = new ArrayList<>();
      for (int row = 0; row < documents.size(); row++) {
        scores.add(score(queries, q, documents, row, similarity));
      }
      List<Double> sorted = scores.stream().sorted(Comparator.reverseOrder()).toList();
      assertEquals(Math.min(k, documents.size()), found.size(q));
      for (int rank = 0; rank < found.size(q); rank++) {
        int number = (int) found.number(q, rank);
        double near = 1e-12 * (1 + Math.abs(sorted.get(rank)));
        assertEquals(sorted.get(rank), scores.get(number), near);
        assertEquals(sorted.get(rank), found.score(q, rank), near);
        if (rank > 0) {
          assertTrue(
              TopK.before(
                  found.score(q, rank - 1),
                  found.number(q, rank - 1),
                  found.score(q, rank),
                  number));
        }
      }
    }
  }

  static void assertSameBits(TopK expected, TopK actual) {
    assertEquals(expected.firstQuery(), actual.firstQuery());
    assertEquals(expected.queries(), actual.queries());
    for (int query = 0; query < expected.queries(); query++) {
      assertEquals(expected.size(query), actual.size(query));
      for (int rank = 0; rank < expected.size(query); rank++) {
        assertEquals(expected.number(query, rank), actual.number(query, rank));
        assertEquals(
            Double.doubleToRawLongBits(expected.score(query, rank)),
            Double.doubleToRawLongBits(actual.score(query, rank)));
      }
    }
  }
}
