package io.retromae.embed.metric.random;

import java.util.stream.IntStream;

/** NumPy's {@code RandomState(seed)}, whose streams are frozen (NEP 19). */
public final class NumpyRandom {
  private final MersenneTwister twister;

  /** A generator of that seed, in [0, 2^32). */
  public NumpyRandom(int seed) {
    twister = MersenneTwister.seeded(seed);
  }

  /** Uniform in [0, 1): {@code random_sample()}. */
  public double nextDouble() {
    return twister.nextDouble();
  }

  /** Uniform in [0, bound): {@code randint(0, bound)}. */
  public int nextInt(int bound) {
    return interval(bound - 1);
  }

  /** Uniform integers in [0, bound): {@code randint(0, bound, size)}. */
  public int[] nextInts(int bound, int size) {
    return IntStream.range(0, size).map(i -> nextInt(bound)).toArray();
  }

  /** Shuffles in place: {@code shuffle}. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = interval(i);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  /** The numbers below {@code size} in random order: {@code permutation(size)}. */
  public int[] permutation(int size) {
    int[] values = IntStream.range(0, size).toArray();
    shuffle(values);
    return values;
  }

  /** {@code random_interval}: masked draws, again until one is at most {@code max}. */
  private int interval(int max) {
    if (max == 0) {
      return 0;
    }
    int mask = Integer.highestOneBit(max) * 2 - 1;
    int value;
    do {
      value = twister.nextBits() & mask;
    } while (Integer.compareUnsigned(value, max) > 0);
    return value;
  }
}
