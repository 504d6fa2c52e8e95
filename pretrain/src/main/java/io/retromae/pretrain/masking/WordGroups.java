package io.retromae.pretrain.masking;

/**
 * The words of one row. Exactly [CLS] and [SEP] are skipped; a token that continues a word joins
 * the group before it, any other begins one. So each Chinese character is a word. Memory is reused
 * from row to row.
 */
final class WordGroups {
  private int[] positions = new int[0];
  private int[] starts = new int[1];
  private int count;

  /**
   * Groups a row, in place of the one before.
   *
   * @param row ids with [CLS] and [SEP], [n]
   */
  void read(int[] row, TokenKinds kinds) {
    if (positions.length < row.length) {
      positions = new int[row.length];
      starts = new int[row.length + 1];
    }
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
}
