package io.retromae.embed.metric.random;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/** Python's {@code random.Random(seed)} (CPython 3). */
public final class PythonRandom {
  private final MersenneTwister twister;

  /** A generator of that seed, at least 0. */
  public PythonRandom(int seed) {
    twister = MersenneTwister.seeded(new int[] {seed});
  }

  /** Uniform in [0, 1): {@code random()}. */
  public double nextDouble() {
    return twister.nextDouble();
  }

  /** 32 uniform bits: {@code getrandbits(32)}. */
  public int nextBits() {
    return twister.nextBits();
  }

  /** Shuffles in place: {@code shuffle}. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  /** With replacement, numbers below {@code population}: {@code choices(range(population), k)}. */
  public int[] choices(int population, int count) {
    return IntStream.range(0, count)
        .map(i -> (int) Math.floor(nextDouble() * population))
        .toArray();
  }

  /** Without replacement, numbers below {@code population}: {@code sample}. */
  public int[] sample(int population, int count) {
    if (count > population) {
      throw new IllegalArgumentException("sample of %d of %d".formatted(count, population));
    }
    return population <= poolLimit(count)
        ? sampleFromPool(population, count)
        : sampleUnseen(population, count);
  }

  /** Up to here CPython copies the population; beyond it remembers what was drawn. */
  private static long poolLimit(int count) {
    long limit = 21;
    if (count > 5) {
      limit += 1L << (2 * (long) Math.ceil(Math.log(3.0 * count) / Math.log(4)));
    }
    return limit;
  }

  private int[] sampleFromPool(int population, int count) {
    int[] pool = IntStream.range(0, population).toArray();
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int j = below(population - i);
      drawn[i] = pool[j];
      pool[j] = pool[population - i - 1];
    }
    return drawn;
  }

  private int[] sampleUnseen(int population, int count) {
    Set<Integer> seen = new HashSet<>();
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      do {
        drawn[i] = below(population);
      } while (!seen.add(drawn[i]));
    }
    return drawn;
  }

  /** {@code _randbelow}: the top bits of draws, again until one is below {@code bound}. */
  private int below(int bound) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(bound);
    int value;
    do {
      value = twister.nextBits() >>> (Integer.SIZE - bits);
    } while (value >= bound || value < 0);
    return value;
  }
}
