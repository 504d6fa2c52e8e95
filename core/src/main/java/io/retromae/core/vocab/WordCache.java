package io.retromae.core.vocab;

import java.util.Arrays;

/**
 * Ids of words seen before, in a few flat arrays. Words are compared character by character, a hash
 * is never trusted alone; looking is given up after a few places, so that words with equal hashes
 * cost time but bounded. Forgets everything when full. One thread at a time.
 */
final class WordCache {
  /** What {@link #find} answers for a word not seen. */
  static final int UNKNOWN = -1;

  private static final int SLOTS = 1 << 17;
  private static final int MAX_WORDS = SLOTS / 2;
  private static final int MAX_PROBES = 16;

  /** Hash in the upper, number of the word plus one in the lower 32 bits; 0 where free. */
  private final long[] slots = new long[SLOTS];

  /** Where the characters and ids of each word begin; those of the next word end them. */
  private final int[] charStarts = new int[MAX_WORDS + 1];

  private final int[] idStarts = new int[MAX_WORDS + 1];
  private char[] chars = new char[1 << 12];
  private int[] ids = new int[1 << 12];
  private int words;

  /** The number of a word, or {@link #UNKNOWN}. */
  int find(char[] word, int length) {
    int hash = hash(word, length);
    int slot = hash & SLOTS - 1;
    for (int probe = 0; probe < MAX_PROBES; probe++) {
      long entry = slots[slot];
      if (entry == 0) {
        return UNKNOWN;
      }
      if ((int) (entry >>> Integer.SIZE) == hash && equal((int) entry - 1, word, length)) {
        return (int) entry - 1;
      }
      slot = slot + 1 & SLOTS - 1;
    }
    return UNKNOWN;
  }

  private boolean equal(int number, char[] word, int length) {
    int start = charStarts[number];
    return Arrays.equals(chars, start, charStarts[number + 1], word, 0, length);
  }

  private static int hash(char[] word, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + word[i];
    }
    hash *= 0x9E3779B9;
    return hash ^ hash >>> 15;
  }

  /** Adds the ids of a word of that number to a buffer. */
  void copyIds(int number, IdBuffer out) {
    int start = idStarts[number];
    out.addAll(ids, start, idStarts[number + 1] - start);
  }

  /** Remembers a word that is not there yet. */
  void put(char[] word, int length, int[] wordIds, int count) {
    if (words == MAX_WORDS) {
      Arrays.fill(slots, 0);
      words = 0;
    }
    int hash = hash(word, length);
    int slot = hash & SLOTS - 1;
    for (int probe = 0; probe < MAX_PROBES; probe++) {
      if (slots[slot] == 0) {
        store(word, length, wordIds, count);
        slots[slot] = (long) hash << Integer.SIZE | words;
        return;
      }
      slot = slot + 1 & SLOTS - 1;
    }
  }

  private void store(char[] word, int length, int[] wordIds, int count) {
    int charEnd = charStarts[words] + length;
    int idEnd = idStarts[words] + count;
    if (charEnd > chars.length) {
      chars = Arrays.copyOf(chars, Math.max(charEnd, 2 * chars.length));
    }
    if (idEnd > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(idEnd, 2 * ids.length));
    }
    System.arraycopy(word, 0, chars, charStarts[words], length);
    System.arraycopy(wordIds, 0, ids, idStarts[words], count);
    words++;
    charStarts[words] = charEnd;
    idStarts[words] = idEnd;
  }
}
