package io.retromae.embed.search;

import java.util.Arrays;

/**
 * Documents of one or more blocks that may be among the best k of each query, by scores that are
 * not exact: at least the best k, and those that are not worse than the k-th by more than the error
 * could be. A buffer of 3 k for each query, of which the worse part is thrown away when it is full.
 * Queries do not touch each other's.
 */
final class Candidates {
  private static final int STEPS = 256;

  private final int k;
  private final int capacity;
  private final int[] sizes;
  private final float[] scores;
  private final int[] rows;

  Candidates(int queries, int k) {
    this.k = k;
    this.capacity = Math.max(48, Math.multiplyExact(3, k));
    this.sizes = new int[queries];
    this.scores = new float[Math.multiplyExact(queries, capacity)];
    this.rows = new int[scores.length];
  }

  /** Most that a query can have. */
  int capacity() {
    return capacity;
  }

  /** How many a query has. */
  int size(int query) {
    return sizes[query];
  }

  /** Row of one of a query's candidates; they are in order. */
  int row(int query, int index) {
    return rows[query * capacity + index];
  }

  /** Adds one, with a higher row than those before; whether the buffer is full now. */
  boolean add(int query, float score, int row) {
    int at = query * capacity + sizes[query]++;
    scores[at] = score;
    rows[at] = row;
    return sizes[query] == capacity;
  }

  /** Forgets a query's. */
  void clear(int query) {
    sizes[query] = 0;
  }

  /** Whether throwing away has left so many that it will soon be tried again. */
  boolean crowded(int query) {
    return sizes[query] > capacity - capacity / 4;
  }

  /** A score that k or more of a query's candidates reach; it must have so many. */
  double lowerBound(int query, int[] counts) {
    int start = query * capacity;
    return lowerBound(scores, start, start + sizes[query], k, counts);
  }

  /**
   * A score that k or more of some scores reach, of which there must be so many; little below the
   * k-th best. Counts them by size, without a branch that a processor would have to guess, as
   * sorting has.
   *
   * @param counts room, see {@link #counts}
   */
  static double lowerBound(float[] scores, int start, int end, int k, int[] counts) {
    float lowest = scores[start];
    float highest = lowest;
    for (int at = start; at < end; at++) { // Math.min and max care for NaN and -0, at a price
      if (scores[at] < lowest) {
        lowest = scores[at];
      } else if (scores[at] > highest) {
        highest = scores[at];
      }
    }
    float perStep = (STEPS - 1) / (highest - lowest);
    Arrays.fill(counts, 0);
    for (int at = start; at < end; at++) {
      counts[step(scores[at], lowest, perStep)]++;
    }
    int step = STEPS;
    for (int above = 0; above < k; above += counts[step]) {
      step--;
    }
    double rounding = 8 * Math.ulp(Math.max(Math.abs(lowest), Math.abs(highest)));
    return step == 0 ? lowest : lowest + step / (double) perStep - rounding;
  }

  private static int step(float score, float lowest, float perStep) {
    return Math.min(STEPS - 1, (int) ((score - lowest) * perStep)); // 0 if all are equal
  }

  /** Room for {@link #lowerBound}, for one thread. */
  static int[] counts() {
    return new int[STEPS];
  }

  /** Throws those of a query away that score less than the cut. */
  void keepFrom(int query, float cut) {
    int start = query * capacity;
    int kept = start;
    for (int at = start; at < start + sizes[query]; at++) {
      if (scores[at] >= cut) {
        scores[kept] = scores[at];
        rows[kept++] = rows[at];
      }
    }
    sizes[query] = kept - start;
  }
}
