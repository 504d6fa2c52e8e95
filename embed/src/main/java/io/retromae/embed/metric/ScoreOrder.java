package io.retromae.embed.metric;

import java.util.Arrays;

/**
 * Rows by score, highest first, and where runs of equal scores end. Equal rows keep their order.
 */
public final class ScoreOrder {
  private final int[] rows;
  private final boolean[] ends;

  private ScoreOrder(int[] rows, boolean[] ends) {
    this.rows = rows;
    this.ends = ends;
  }

  /**
   * Sorts rows by score, highest first.
   *
   * @param scores shape [N]; none NaN; 0 and -0 are equal
   */
  public static ScoreOrder descending(double[] scores) {
    Integer[] boxed = new Integer[scores.length];
    Arrays.setAll(boxed, i -> i);
    Arrays.sort(boxed, (a, b) -> Double.compare(scores[b] + 0.0, scores[a] + 0.0));
    int[] rows = Arrays.stream(boxed).mapToInt(Integer::intValue).toArray();
    boolean[] ends = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      ends[i] = i + 1 == rows.length || scores[rows[i]] != scores[rows[i + 1]];
    }
    return new ScoreOrder(rows, ends);
  }

  /** The number of rows. */
  public int size() {
    return rows.length;
  }

  /** The row at a place, 0 the highest. */
  public int row(int place) {
    return rows[place];
  }

  /** Whether the next place has another score, or there is none. */
  public boolean endsRun(int place) {
    return ends[place];
  }
}
