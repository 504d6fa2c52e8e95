package io.retromae.embed.search;

/**
 * The best k documents so far of each query, as a heap with the worst of them on top once there are
 * k. Queries do not touch each other's.
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
      scores[top + sizes[query]] = score;
      numbers[top + sizes[query]] = number;
      if (++sizes[query] == k) {
        heapify(top, k);
      }
      return true;
    }
    if (!TopK.before(score, number, scores[top], numbers[top])) {
      return false;
    }
    sink(top, 0, k, score, number);
    return true;
  }

  /** Makes a heap of what has no order yet (Floyd, Algorithm 245, CACM 1964). */
  private void heapify(int top, int size) {
    for (int at = size / 2 - 1; at >= 0; at--) {
      sink(top, at, size, scores[top + at], numbers[top + at]);
    }
  }

  /**
   * Puts a document in the place of one of the first {@code size} that is worse than it, or gone.
   */
  private void sink(int top, int from, int size, double score, long number) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
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

  /**
   * Puts the documents of some queries in order, best first; their heaps are no longer any then.
   */
  void sort(int fromQuery, int toQuery) {
    for (int query = fromQuery; query < toQuery; query++) {
      if (!full(query)) {
        heapify(query * k, sizes[query]);
      }
      sortHeap(query * k, sizes[query]);
    }
  }

  /** The documents of all queries, which are in order. */
  TopK sorted(long firstQuery) {
    int[] ends = new int[sizes.length];
    for (int q = 0, end = 0; q < ends.length; q++) {
      end += sizes[q];
      ends[q] = end;
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
  private void sortHeap(int top, int size) {
    for (int end = size - 1; end > 0; end--) {
      double worstScore = scores[top];
      long worstNumber = numbers[top];
      sink(top, 0, end, scores[top + end], numbers[top + end]);
      scores[top + end] = worstScore;
      numbers[top + end] = worstNumber;
    }
  }
}
