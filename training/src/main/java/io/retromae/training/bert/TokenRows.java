package io.retromae.training.bert;

import java.util.Arrays;
import java.util.List;

/**
 * Token ids of B rows padded to L, row-major.
 *
 * @param length L
 * @param ids [B, L] padding id past a row's end
 * @param lengths [B] tokens of each row, special ones included
 */
public record TokenRows(int length, long[] ids, long[] lengths) {
  /**
   * Rows of any lengths, padded to the longest.
   *
   * @param rows at least one
   * @param pad id past a row's end
   */
  public static TokenRows padded(List<int[]> rows, int pad) {
    int length = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
    long[] ids = new long[rows.size() * length];
    Arrays.fill(ids, pad);
    long[] lengths = new long[rows.size()];
    for (int i = 0; i < lengths.length; i++) {
      int[] row = rows.get(i);
      lengths[i] = row.length;
      for (int j = 0; j < row.length; j++) {
        ids[i * length + j] = row[j];
      }
    }
    return new TokenRows(length, ids, lengths);
  }
}
