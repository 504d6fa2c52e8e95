package io.retromae.embed.vector;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Some vectors and their ids, in order.
 *
 * @param ids n of them
 * @param values row-major, [n][width]; not copied
 * @param width D, values of a vector
 */
public record VectorBlock(List<String> ids, float[] values, int width) implements Serializable {
  /** Values of a block as readers make them: 8 MB. */
  private static final int VALUES = 1 << 21;

  /** Copies the ids. */
  public VectorBlock {
    ids = List.copyOf(ids);
    if ((long) ids.size() * width != values.length) {
      throw new IllegalArgumentException(
          "%d ids, but %d values for vectors of %d".formatted(ids.size(), values.length, width));
    }
  }

  /** Vectors given one by one, all of one width. */
  public static VectorBlock of(List<String> ids, float[][] vectors) {
    int width = vectors.length == 0 ? 0 : vectors[0].length;
    float[] values = new float[Math.multiplyExact(vectors.length, width)];
    for (int i = 0; i < vectors.length; i++) {
      if (vectors[i].length != width) {
        throw new IllegalArgumentException(
            "the vector of '%s' has %d values, the first has %d"
                .formatted(ids.get(i), vectors[i].length, width));
      }
      System.arraycopy(vectors[i], 0, values, i * width, width);
    }
    return new VectorBlock(ids, values, width);
  }

  /** Vectors that a block of this width holds, so that blocks take some 8 MB. */
  public static int rowsFor(int width) {
    return Math.max(1, Math.min(1 << 16, VALUES / Math.max(1, width)));
  }

  /** Number of vectors. */
  public int size() {
    return ids.size();
  }

  /** A copy of one vector. */
  public float[] vector(int row) {
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  /** A copy of some vectors. */
  public VectorBlock part(int from, int to) {
    return new VectorBlock(
        ids.subList(from, to), Arrays.copyOfRange(values, from * width, to * width), width);
  }
}
