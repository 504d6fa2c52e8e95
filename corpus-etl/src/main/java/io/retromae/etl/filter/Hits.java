package io.retromae.etl.filter;

import java.util.BitSet;

/** Where entries of a list stand in one text; overlapping ones count each, their chars once. */
final class Hits {
  private final BitSet covered = new BitSet(0);
  private long count;

  /** Notes an entry. */
  void add(int start, int end) {
    covered.set(start, end);
    count++;
  }

  /** How many entries were found. */
  long count() {
    return count;
  }

  /** How many chars belong to one. */
  int characters() {
    return covered.cardinality();
  }
}
