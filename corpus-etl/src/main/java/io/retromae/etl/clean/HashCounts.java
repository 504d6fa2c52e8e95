package io.retromae.etl.clean;

import java.util.Arrays;

/**
 * Counts of 64-bit hashes: an open-addressing table that doubles when half full, at most 16 bytes a
 * slot. Two things with equal hashes count as one; among n things that happens with probability n^2
 * / 2^65. Not thread-safe.
 */
final class HashCounts {
  private static final int SMALLEST = 64;

  private long[] hashes;
  private int[] counts;
  private int[] firsts;
  private int size;

  /** Grows from small. */
  HashCounts() {
    this(0);
  }

  /** Has room for so many different hashes before it grows. */
  HashCounts(int expected) {
    int slots = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, expected)) << 2);
    hashes = new long[slots];
    counts = new int[slots];
    firsts = new int[slots];
  }

  /**
   * Counts one more of the hash.
   *
   * @param hash well mixed: its high bits choose the slot
   * @param position where it was seen; the first one is kept
   * @return the hash's slot, valid until the next call
   */
  int add(long hash, int position) {
    if (2 * size >= hashes.length) {
      grow();
    }
    int slot = slot(hash);
    if (counts[slot]++ == 0) {
      hashes[slot] = hash;
      firsts[slot] = position;
      size++;
    }
    return slot;
  }

  /** How often the slot's hash was added. */
  int count(int slot) {
    return counts[slot];
  }

  /** Where the slot's hash was seen first. */
  int first(int slot) {
    return firsts[slot];
  }

  /** Forgets everything; keeps its memory. */
  void clear() {
    Arrays.fill(counts, 0);
    size = 0;
  }

  private int slot(long hash) {
    int mask = hashes.length - 1;
    int slot = (int) (hash >>> 32) & mask;
    while (counts[slot] != 0 && hashes[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldHashes = hashes;
    int[] oldCounts = counts;
    int[] oldFirsts = firsts;
    hashes = new long[2 * oldHashes.length];
    counts = new int[hashes.length];
    firsts = new int[hashes.length];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldCounts[i] != 0) {
        int slot = slot(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        counts[slot] = oldCounts[i];
        firsts[slot] = oldFirsts[i];
      }
    }
  }
}
