package io.retromae.training.collective;

import java.util.SplittableRandom;

/** What a collective must compute, in plain loops over arrays. */
final class TreeSums {
  private static final float[] SCALES = {1, 10, 100, 1e3f, 1e4f, 1e5f, 1e6f};

  private TreeSums() {}

  /** A rank's values, whose sum depends on the order of addition. */
  static float[] vector(long seed, int rank, int size) {
    SplittableRandom random = new SplittableRandom(seed * 1_000 + rank);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      long bits = random.nextLong();
      values[i] = (int) (bits >>> 32) / (float) (1 << 30) * SCALES[(int) (bits & 0xffff) % 7];
    }
    return values;
  }

  /** Sum over all ranks' vectors. */
  static float[] sum(long seed, int world, int size) {
    return sum(seed, 0, world, size);
  }

  /** Over ranks [from, to): halves cut at the largest power of two below the length. */
  private static float[] sum(long seed, int from, int to, int size) {
    if (to - from == 1) {
      return vector(seed, from, size);
    }
    int half = Integer.highestOneBit(to - from - 1);
    float[] left = sum(seed, from, from + half, size);
    float[] right = sum(seed, from + half, to, size);
    for (int i = 0; i < size; i++) {
      left[i] += right[i];
    }
    return left;
  }
}
