package io.retromae.embed.search;

import io.retromae.core.display.Displayed;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.vector.DotProduct;
import io.retromae.embed.vector.VectorBlock;
import java.nio.FloatBuffer;

/**
 * Vectors of a block with their lengths, as scores are made of them: products summed in float64 in
 * an order of their own, so that a score depends on two vectors and nothing else.
 */
final class Rows {
  /** Lengths from here on could make a product of float32 infinite. */
  private static final double MAX_NORM = 1e18;

  private final float[] values;
  private final int width;
  private final double[] norms;
  private final boolean cosine;

  /**
   * Measures the vectors of a block.
   *
   * @throws CorruptDataException if one has a value that is no finite number, or is longer than any
   *     embedding; names the id
   */
  Rows(VectorBlock block, Similarity similarity) {
    this.values = block.values();
    this.width = block.width();
    this.cosine = similarity == Similarity.COSINE;
    this.norms = new double[block.size()];
    for (int row = 0; row < norms.length; row++) {
      norms[row] = Math.sqrt(DotProduct.of(values, row * width, values, row * width, width));
      if (!(norms[row] < MAX_NORM)) { // NaN, too
        throw new CorruptDataException(
            "the vector of '%s' has the length %s (must be below %s): it cannot be searched with; embed its text again"
                .formatted(Displayed.line(block.ids().get(row)), norms[row], MAX_NORM));
      }
    }
  }

  /** Number of vectors. */
  int count() {
    return norms.length;
  }

  /** The length that a vector has in float32 products: 1 for all if cosines are wanted. */
  double length(int row) {
    return cosine ? 1 : norms[row];
  }

  /** The largest {@link #length} of some rows. */
  double longest(int from, int to) {
    double longest = 0;
    for (int row = from; row < to; row++) {
      longest = Math.max(longest, length(row));
    }
    return longest;
  }

  /** Writes some vectors as float32 products take them: of length one if cosines are wanted. */
  void write(int from, int to, FloatBuffer into) {
    if (!cosine) {
      into.put(values, from * width, (to - from) * width);
      return;
    }
    float[] unit = new float[width];
    for (int row = from; row < to; row++) {
      double factor = norms[row] == 0 ? 0 : 1 / norms[row];
      for (int i = 0; i < width; i++) {
        unit[i] = (float) (values[row * width + i] * factor);
      }
      into.put(unit);
    }
  }

  /** The score of a vector of this block and one of another. */
  double score(int row, Rows other, int otherRow) {
    double dot = DotProduct.of(values, row * width, other.values, otherRow * width, width);
    if (!cosine) {
      return dot;
    }
    double lengths = norms[row] * other.norms[otherRow];
    return lengths == 0 ? 0 : dot / lengths;
  }
}
