package io.retromae.etl.dedup;

import io.retromae.core.hash.SplitMix64;
import io.retromae.etl.text.Words;

/**
 * The shingles of a text: 64-bit hashes of every run of so many units, in order, repeats included.
 * Units are words with a letter or digit, as {@link Words#key} compares them; in Chinese, single
 * Han characters. Each hash is rolled from the one before. Not thread-safe.
 */
public final class Shingles {
  /** Odd, and 3 modulo 4, so that swapped units cost as few bits as can be. */
  private static final long BASE = 0xD6E8FEB86659FD93L;

  private final Words words;
  private final int size;
  private final long leading;
  private int head;
  private int tail;
  private int held;
  private long window;

  /**
   * Starts at the text's beginning.
   *
   * @param size units of a shingle, at least 1
   */
  public Shingles(Words words, int size) {
    this.words = words;
    this.size = size;
    long power = 1;
    for (int i = 0; i < size; i++) {
      power *= BASE;
    }
    leading = power;
  }

  /**
   * Takes the next hashes.
   *
   * @param block to fill from its beginning
   * @return how many were filled in; fewer than the block holds only at the end of the text
   */
  public int fill(long[] block) {
    int filled = 0;
    while (filled < block.length && head < words.count()) {
      long key = words.key(head++);
      if (key == 0) {
        continue;
      }
      window = window * BASE + key;
      if (held == size) {
        window -= leading * leave();
      } else {
        held++;
      }
      if (held == size) {
        block[filled++] = SplitMix64.mix(window);
      }
    }
    return filled;
  }

  /** The unit that falls out of the window. */
  private long leave() {
    long key = words.key(tail++);
    while (key == 0) {
      key = words.key(tail++);
    }
    return key;
  }
}
