package io.retromae.core.hash;

import java.util.Arrays;

/**
 * Random numbers as a function of where they are used: (seed, purpose, epoch, sample), then a
 * counter. So a sample is masked alike whoever draws it, in whatever order, before or after a
 * restart. SplitMix64 (Steele, Lea, Flood 2014): a keyed start, a Weyl sequence, a finalizer.
 */
public final class CounterRandom {
  private long state;

  /**
   * The stream of one purpose for one sample of one epoch.
   *
   * @param purpose tells apart the uses of randomness for the same sample
   */
  public CounterRandom(long seed, long purpose, long epoch, long sample) {
    state =
        SplitMix64.mix(
            SplitMix64.mix(SplitMix64.mix(SplitMix64.mix(seed) + purpose) + epoch) + sample);
  }

  /** 64 uniform bits. */
  public long nextLong() {
    long value = SplitMix64.mix(state);
    state += SplitMix64.GOLDEN_GAMMA;
    return value;
  }

  /** Uniform in [0, bound), without modulo bias (Lemire 2019, arXiv:1805.10941). */
  public int nextInt(int bound) {
    long product = (nextLong() >>> 32) * bound;
    long low = product & 0xFFFFFFFFL;
    if (low < bound) {
      long threshold = (1L << 32) % bound;
      while (low < threshold) {
        product = (nextLong() >>> 32) * bound;
        low = product & 0xFFFFFFFFL;
      }
    }
    return (int) (product >>> 32);
  }

  /** Uniform in [0, 1), 53 bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** The numbers from 0 to {@code size} - 1, shuffled. */
  public int[] permutation(int size) {
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    shuffle(order, size);
    return order;
  }

  /** Shuffles the first {@code size} entries (Fisher and Yates). */
  public void shuffle(int[] values, int size) {
    for (int i = size - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
