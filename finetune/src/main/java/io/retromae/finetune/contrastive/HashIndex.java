package io.retromae.finetune.contrastive;

import io.retromae.core.hash.SplitMix64;
import java.util.Arrays;

/** Places of values in an array: chains by hash, without objects. */
final class HashIndex {
  private static final int NONE = -1;

  private final long[] values;
  private final int[] first;
  private final int[] next;

  /** Of these values, which must not change. */
  HashIndex(long[] values) {
    this.values = values;
    this.first = new int[Integer.highestOneBit(Math.max(1, values.length)) * 2];
    this.next = new int[values.length];
    Arrays.fill(first, NONE);
    for (int i = values.length - 1; i >= 0; i--) {
      int bucket = bucket(values[i]);
      next[i] = first[bucket];
      first[bucket] = i;
    }
  }

  private int bucket(long value) {
    return (int) SplitMix64.mix(value) & first.length - 1;
  }

  /** The first place of a value, from which {@link #after} leads on; below 0 if there is none. */
  int first(long value) {
    return equal(first[bucket(value)], value);
  }

  /** The next place of the value that is at {@code place}; below 0 if there is none. */
  int after(int place) {
    return equal(next[place], values[place]);
  }

  private int equal(int place, long value) {
    int at = place;
    while (at >= 0 && values[at] != value) {
      at = next[at];
    }
    return at;
  }
}
