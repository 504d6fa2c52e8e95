package io.retromae.pretrain.masking;

/**
 * The words of one row. Exactly [CLS] and [SEP] are skipped; a token that continues a word joins
 * the group before it, any other begins one. So each Chinese character is a word. The positions of
 * a word are bits of two neighbouring longs, but for very long words. Memory is reused from row to
 * row.
 */
final class WordGroups {
  private int[] positions = new int[0];
  private int[] starts = new int[1];
  private int[] firstLong = new int[0];
  private long[] low = new long[0];
  private long[] high = new long[0];
  private int count;
  private boolean wide;

  /** Longs that a set of positions needs: one more than hold them, since words come in pairs. */
  static int longs(int length) {
    return (length + 63) / 64 + 1;
  }

  /**
   * Groups a row, in place of the one before.
   *
   * @param row ids with [CLS] and [SEP], [n]
   */
  void read(int[] row, TokenKinds kinds) {
    reserve(row.length);
    count = 0;
    int taken = 0;
    for (int i = 0; i < row.length; i++) {
      if (kinds.isBoundary(row[i])) {
        continue;
      }
      if (count == 0 || !kinds.continuesWord(row[i])) {
        starts[count++] = taken;
      }
      positions[taken++] = i;
    }
    starts[count] = taken;
    toBits();
  }

  private void reserve(int length) {
    if (positions.length < length) {
      positions = new int[length];
      starts = new int[length + 1];
      firstLong = new int[length];
      low = new long[length];
      high = new long[length];
    }
  }

  private void toBits() {
    wide = false;
    for (int word = 0; word < count; word++) {
      int first = positions[starts[word]] >> 6;
      long inFirst = 0;
      long inNext = 0;
      for (int k = starts[word]; k < starts[word + 1]; k++) {
        int distance = (positions[k] >> 6) - first;
        long bit = 1L << positions[k]; // the shift counts modulo 64
        inFirst |= distance == 0 ? bit : 0;
        inNext |= distance == 1 ? bit : 0;
        wide |= distance > 1;
      }
      firstLong[word] = first;
      low[word] = inFirst;
      high[word] = inNext;
    }
  }

  /** Number of words. */
  int count() {
    return count;
  }

  /** Tokens of a word. */
  int size(int word) {
    return starts[word + 1] - starts[word];
  }

  /** Position in the row of a word's i-th token. */
  int position(int word, int i) {
    return positions[starts[word] + i];
  }

  /** Adds a word's positions to a set of {@link #longs}. */
  void addTo(long[] set, int word) {
    int first = firstLong[word];
    set[first] |= low[word]; // without a branch on the word's size, which nobody can predict
    set[first + 1] |= high[word];
    if (wide) {
      for (int k = starts[word]; k < starts[word + 1]; k++) {
        set[positions[k] >> 6] |= 1L << positions[k];
      }
    }
  }
}
