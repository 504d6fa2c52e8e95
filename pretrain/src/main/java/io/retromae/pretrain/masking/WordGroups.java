package io.retromae.pretrain.masking;

/**
 * The words of one row. Exactly [CLS] and [SEP] are skipped; a token that continues a word joins
 * the group before it, any other begins one. So each Chinese character is a word.
 */
final class WordGroups {
  private final int[] positions;
  private final int[] starts;
  private final int count;

  private WordGroups(int[] positions, int[] starts, int count) {
    this.positions = positions;
    this.starts = starts;
    this.count = count;
  }

  /**
   * Groups a row.
   *
   * @param row ids with [CLS] and [SEP], [n]
   */
  static WordGroups of(int[] row, TokenKinds kinds) {
    int[] positions = new int[row.length];
    int[] starts = new int[row.length + 1];
    int count = 0;
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
    return new WordGroups(positions, starts, count);
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
