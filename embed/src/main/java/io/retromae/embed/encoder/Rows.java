package io.retromae.embed.encoder;

import io.retromae.core.vocab.Vocabulary;

/** Rows as a model reads them. */
final class Rows {
  private Rows() {}

  /**
   * [CLS] + ids + [SEP], cut to the limit.
   *
   * @param maxLength most tokens of a row, from 3
   */
  static int[] framed(int[] ids, Vocabulary vocabulary, int maxLength) {
    int count = Math.min(ids.length, maxLength - 2);
    int[] row = new int[count + 2];
    row[0] = vocabulary.clsId();
    System.arraycopy(ids, 0, row, 1, count);
    row[count + 1] = vocabulary.sepId();
    return row;
  }
}
