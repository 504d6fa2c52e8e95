package io.retromae.etl.decontaminate;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * N-grams of benchmarks that are common phrases, because many training documents hold them. A
 * sorted array, to be broadcast.
 */
public final class CommonNGrams implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] hashes;

  private CommonNGrams(long[] sorted) {
    hashes = sorted;
  }

  /** These hashes, in any order. */
  public static CommonNGrams of(Collection<Long> hashes) {
    return new CommonNGrams(
        hashes.stream().mapToLong(Long::longValue).sorted().distinct().toArray());
  }

  /** None. */
  public static CommonNGrams none() {
    return new CommonNGrams(new long[0]);
  }

  /** Whether an n-gram is one. */
  public boolean contains(long hash) {
    return Arrays.binarySearch(hashes, hash) >= 0;
  }

  /** How many. */
  public int size() {
    return hashes.length;
  }

  /** A hash of them all: pass B gives the same with an equal one. */
  public String fingerprint() {
    return String.format(Locale.ROOT, "%08x-%d", Arrays.hashCode(hashes), hashes.length);
  }
}
