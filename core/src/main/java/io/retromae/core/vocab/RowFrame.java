package io.retromae.core.vocab;

import java.util.Arrays;

/**
 * How content becomes a row that a BERT reads: [CLS] content [SEP].
 *
 * @param cls first id
 * @param sep last id
 * @param pad id past a row's end
 * @param maxSeqLength longest row, special tokens included
 */
public record RowFrame(int cls, int sep, int pad, int maxSeqLength) {
  private static final int FRAME = 2;

  /** The frame of a model's tokens. */
  public static RowFrame of(Vocabulary vocabulary, int maxSeqLength) {
    return new RowFrame(vocabulary.clsId(), vocabulary.sepId(), vocabulary.padId(), maxSeqLength);
  }

  /** [CLS] content [SEP], cut to the longest allowed. */
  public int[] frame(int[] content) {
    int n = length(content) - FRAME;
    int[] row = new int[n + FRAME];
    row[0] = cls;
    System.arraycopy(content, 0, row, 1, n);
    row[n + 1] = sep;
    return row;
  }

  /** Whether the row of this content lacks some of it. */
  public boolean cuts(int[] content) {
    return content.length > room(maxSeqLength);
  }

  /** Content that fits into a row of {@code maxSeqLength} ids, special tokens included. */
  public static int[] cut(int[] content, int maxSeqLength) {
    int room = room(maxSeqLength);
    return content.length > room ? Arrays.copyOf(content, room) : content;
  }

  private static int room(int maxSeqLength) {
    return maxSeqLength - FRAME;
  }

  /** Ids of the row that content becomes. */
  private int length(int[] content) {
    return Math.min(content.length, room(maxSeqLength)) + FRAME;
  }
}
