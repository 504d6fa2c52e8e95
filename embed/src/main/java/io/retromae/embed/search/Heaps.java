package io.retromae.embed.search;

/**
 * The best k documents so far of each query, as a heap with the worst of them on top. Queries do
 * not touch each other's.
 */
final class Heaps {
  private final int k;
  private final int[] sizes;
  private final double[] scores;
  private final long[] numbers;

  Heaps(int queries, int k) {
    this.k = k;
    this.sizes = new int[queries];
    this.scores = new double[Math.multiplyExact(queries, k)];
    this.numbers = new long[scores.length];
  }

  /** Whether a query has k documents. */
  boolean full(int query) {
    return sizes[query] == k;
  }

  /** The lowest score of a query that has k documents. */
  double worst(int query) {
    return scores[query * k];
  }

  /** Takes a document, if it is among the best; whether it is. */
  boolean offer(int query, double score, long number) {
    int top = query * k;
    if (sizes[query] < k) {
      rise(top, sizes[query]++, score, number);
      return true;
    }
    if (!TopK.before(score, number, scores[top], numbers[top])) {
      return false;
    }
    sink(top, k, score, number);
    return true;
  }

  private void rise(int top, int from, double score, long number) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (!TopK.before(scores[top + parent], numbers[top + parent], score, number)) {
        break;
      }
      scores[top + at] = scores[top + parent];
      numbers[top + at] = numbers[top + parent];
      at = parent;
    }
    scores[top + at] = score;
    numbers[top + at] = number;
  }

  /** Puts a document in the place of the worst of the first {@code size}. */
  private void sink(int top, int size, double score, long number) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      int other = child + 1;
      if (other < size && worse(top + other, top + child)) {
        child = other;
      }
      if (!TopK.before(score, number, scores[top + child], numbers[top + child])) {
        break;
      }
      scores[top + at] = scores[top + child];
      numbers[top + at] = numbers[top + child];
      at = child;
    }
    scores[top + at] = score;
    numbers[top + at] = number;
  }

  private boolean worse(int one, int other) {
    return TopK.before(scores[other], numbers[other], scores[one], numbers[one]);
  }

  /** The documents of all queries, best first; the heaps are no longer any then. */
  TopK sorted(long firstQuery) {
    int[] ends = new int[sizes.length];
    for (int q = 0, end = 0; q < ends.length; q++) {
      end += sizes[q];
      ends[q] = end;
      sort(q * k, sizes[q]);
    }
    int total = ends.length == 0 ? 0 : ends[ends.length - 1];
    double[] sortedScores = new double[total];
    long[] sortedNumbers = new long[total];
    for (int q = 0; q < ends.length; q++) {
      System.arraycopy(scores, q * k, sortedScores, ends[q] - sizes[q], sizes[q]);
      System.arraycopy(numbers, q * k, sortedNumbers, ends[q] - sizes[q], sizes[q]);
    }
    return new TopK(firstQuery, k, ends, sortedNumbers, sortedScores);
  }

  /** Heap sort: the worst goes to the end. */
  private void sort(int top, int size) {
    for (int end = size - 1; end > 0; end--) {
      double worstScore = scores[top];
      long worstNumber = numbers[top];
      sink(top, end, scores[top + end], numbers[top + end]);
      scores[top + end] = worstScore;
      numbers[top + end] = worstNumber;
    }
  }
}
