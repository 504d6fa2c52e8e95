package io.retromae.embed.task;

import io.retromae.core.hash.SplitMix64;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Finds ids that came twice among very many, at eight bytes each. */
final class RepeatedIds {
  private static final int START = 1024;

  private long[] hashes = new long[START];
  private int size;

  void add(String id) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.multiplyExact(size, 2));
    }
    hashes[size++] = SplitMix64.hash(id);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Hashes ({@link SplitMix64#hash}) that came twice, mostly none. Two ids may share one, so the
   * caller compares the ids behind them.
   */
  Set<Long> suspects() {
    Arrays.sort(hashes, 0, size);
    Set<Long> twice = new HashSet<>();
    for (int i = 1; i < size; i++) {
      if (hashes[i] == hashes[i - 1]) {
        twice.add(hashes[i]);
      }
    }
    return twice;
  }
}
