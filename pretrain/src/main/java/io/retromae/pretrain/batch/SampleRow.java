package io.retromae.pretrain.batch;

import io.retromae.core.vocab.RowFrame;
import java.util.List;

/**
 * A row to train on.
 *
 * @param sample index over the whole corpus
 * @param repeat how often the epoch has it already
 * @param tokenIds content, no special tokens
 */
public record SampleRow(long sample, int repeat, int[] tokenIds) {
  /** The ids of rows as a model reads them. */
  public static int[][] framed(List<SampleRow> rows, RowFrame frame) {
    return rows.stream().map(row -> frame.frame(row.tokenIds())).toArray(int[][]::new);
  }
}
