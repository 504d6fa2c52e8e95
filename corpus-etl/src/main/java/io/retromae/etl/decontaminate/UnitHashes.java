package io.retromae.etl.decontaminate;

import io.retromae.core.hash.SplitMix64;

/**
 * Rolling hashes of sequences of units: a polynomial in an odd base modulo 2^64, so that the hash
 * of any of the last {@link #LONGEST} units follows from two running sums. Units are {@link
 * io.retromae.etl.text.Words#key} values, which are spread over 64 bits already.
 */
final class UnitHashes {
  /** Words of the shortest text that is matched; shorter ones ("what is it") occur everywhere. */
  static final int SHORTEST_WORDS = 5;

  /** The same in Chinese characters. */
  static final int SHORTEST_CHARACTERS = 8;

  /** Units of the longest n-gram. */
  static final int LONGEST = 63;

  private static final int RING = 64;
  private static final long BASE = 0xD1342543DE82EF95L;
  private static final long[] POWERS = new long[RING];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < RING; i++) {
      POWERS[i] = POWERS[i - 1] * BASE;
    }
  }

  private final long[] sums = new long[RING];
  private final int[] words = new int[RING];
  private long sum;
  private int units;

  /** Appends a unit. */
  void append(long key, int word) {
    words[units & RING - 1] = word;
    sum = sum * BASE + key;
    units++;
    sums[units & RING - 1] = sum;
  }

  /** Units so far. */
  int units() {
    return units;
  }

  /** Polynomial of the last {@code length} units; not more than there are. */
  long last(int length) {
    return sum - sums[units - length & RING - 1] * POWERS[length];
  }

  /** Index of the word where the last {@code length} units begin. */
  int firstWord(int length) {
    return words[units - length & RING - 1];
  }

  /** 64-bit hash of an n-gram from its polynomial; its length is part of it; never 0. */
  static long ngram(long polynomial, int length) {
    long hash = SplitMix64.mix(polynomial ^ length * SplitMix64.GOLDEN_GAMMA);
    return hash == 0 ? 1 : hash;
  }
}
