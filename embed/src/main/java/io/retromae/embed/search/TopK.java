package io.retromae.embed.search;

import java.io.Serializable;

/**
 * The best documents of some consecutive queries: at most k each, by score, equal ones by lower
 * number. A document's score has the same bits wherever and beside whatever it was computed.
 */
public final class TopK implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long firstQuery;
  private final int k;

  /** Place behind the last document of each query. */
  private final int[] ends;

  private final long[] numbers;
  private final double[] scores;

  /**
   * Takes the arrays as they are.
   *
   * @param firstQuery number of the first query
   * @param k documents that a query has at most
   * @param ends for each query, place behind its last document
   */
  TopK(long firstQuery, int k, int[] ends, long[] numbers, double[] scores) {
    this.firstQuery = firstQuery;
    this.k = k;
    this.ends = ends;
    this.numbers = numbers;
    this.scores = scores;
  }

  /** No documents for some queries. */
  static TopK none(long firstQuery, int k, int queries) {
    return new TopK(firstQuery, k, new int[queries], new long[0], new double[0]);
  }

  /** Number of the first query; the others follow it. */
  public long firstQuery() {
    return firstQuery;
  }

  /** Number of queries. */
  public int queries() {
    return ends.length;
  }

  /** Documents of a query, counted from 0 in here: k, or all if there are fewer. */
  public int size(int query) {
    return ends[query] - start(query);
  }

  /** Number of a query's document at a rank, from 0. */
  public long number(int query, int rank) {
    return numbers[place(query, rank)];
  }

  /** Score of a query's document at a rank, from 0. */
  public double score(int query, int rank) {
    return scores[place(query, rank)];
  }

  private int start(int query) {
    return query == 0 ? 0 : ends[query - 1];
  }

  private int place(int query, int rank) {
    return start(query) + java.util.Objects.checkIndex(rank, size(query));
  }

  /** Whether one document goes before another. */
  static boolean before(double score, long number, double otherScore, long otherNumber) {
    return score > otherScore || score == otherScore && number < otherNumber;
  }

  /** The best of both for the same queries, whose documents are others. */
  TopK merge(TopK other) {
    int[] merged = new int[ends.length];
    for (int q = 0, end = 0; q < ends.length; q++) {
      end += Math.min(k, size(q) + other.size(q));
      merged[q] = end;
    }
    int total = merged.length == 0 ? 0 : merged[merged.length - 1];
    TopK best = new TopK(firstQuery, k, merged, new long[total], new double[total]);
    for (int q = 0; q < ends.length; q++) {
      int a = start(q);
      int b = other.start(q);
      for (int at = best.start(q); at < merged[q]; at++) {
        boolean mine =
            b == other.ends[q]
                || a < ends[q] && before(scores[a], numbers[a], other.scores[b], other.numbers[b]);
        best.scores[at] = mine ? scores[a] : other.scores[b];
        best.numbers[at] = mine ? numbers[a++] : other.numbers[b++];
      }
    }
    return best;
  }

  /** The same for some of the queries. */
  TopK part(int from, int to) {
    int begin = from == to ? 0 : start(from);
    int[] cut = java.util.Arrays.copyOfRange(ends, from, to);
    for (int q = 0; q < cut.length; q++) {
      cut[q] -= begin;
    }
    int end = begin + (cut.length == 0 ? 0 : cut[cut.length - 1]);
    return new TopK(
        firstQuery + from,
        k,
        cut,
        java.util.Arrays.copyOfRange(numbers, begin, end),
        java.util.Arrays.copyOfRange(scores, begin, end));
  }
}
