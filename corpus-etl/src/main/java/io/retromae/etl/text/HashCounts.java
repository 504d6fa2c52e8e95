package io.retromae.etl.text;

import java.util.Arrays;

/**
 * Counts of 64-bit hashes: an open-addressing table of 16 bytes a slot that doubles when half full.
 * Two things with equal hashes count as one; among n things that happens with probability n^2 /
 * 2^65 at most (the birthday bound). Not thread-safe.
 */
public final class HashCounts {
  private static final int SMALLEST = 64;

  /** Of each slot: the hash, then its count in the high and its first position in the low half. */
  private long[] table;

  private int size;

  /** Grows from small. */
  public HashCounts() {
    this(0);
  }

  /** Has room for so many different hashes before it grows. */
  HashCounts(int expected) {
    int slots = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, expected)) << 2);
    table = new long[2 * slots];
  }

  /**
   * Counts one more of the hash.
   *
   * @param hash well mixed: its high bits choose the slot
   * @param position where it was seen, at least 0; the first one is kept
   * @return the hash's slot, valid until the next call
   */
  public int add(long hash, int position) {
    if (4 * size >= table.length) {
      grow();
    }
    int slot = slot(hash);
    if (table[slot + 1] == 0) {
      table[slot] = hash;
      table[slot + 1] = position;
      size++;
    }
    table[slot + 1] += 1L << 32;
    return slot;
  }

  /** How often the slot's hash was added. */
  public int count(int slot) {
    return (int) (table[slot + 1] >>> 32);
  }

  /** Where the slot's hash was seen first. */
  int first(int slot) {
    return (int) table[slot + 1];
  }

  /** Forgets everything; keeps its memory. */
  public void clear() {
    Arrays.fill(table, 0);
    size = 0;
  }

  private int slot(long hash) {
    int mask = table.length - 2;
    int slot = (int) (hash >>> 31) & mask;
    while (table[slot + 1] != 0 && table[slot] != hash) {
      slot = slot + 2 & mask;
    }
    return slot;
  }

  private void grow() {
    long[] old = table;
    table = new long[2 * old.length];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i + 1] != 0) {
        int slot = slot(old[i]);
        table[slot] = old[i];
        table[slot + 1] = old[i + 1];
      }
    }
  }
}
