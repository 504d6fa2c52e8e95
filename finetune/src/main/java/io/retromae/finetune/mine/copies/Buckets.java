package io.retromae.finetune.mine.copies;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import scala.Tuple2;

/**
 * Buckets of one task that hold a positive and another text.
 *
 * @param members see {@link NearCopies#member}
 * @param count of buckets
 */
record Buckets(long[] members, int count) implements Serializable {
  private static final int FIRST_ROOM = 64;

  /**
   * A hash as it is sorted: equal ones together, those of positives first.
   *
   * @param hash of which 63 bits count
   */
  static long key(long hash, boolean positive) {
    return hash << 1 | (positive ? 0 : 1);
  }

  /** Collects them; nothing is held of a bucket without a positive. */
  static Buckets of(Iterator<Tuple2<Long, Integer>> sorted) {
    long[] members = new long[FIRST_ROOM];
    int size = 0;
    int count = 0;
    int begun = 0; // where the bucket at hand begins
    long bucket = 0;
    boolean wanted = false;
    while (sorted.hasNext()) {
      Tuple2<Long, Integer> next = sorted.next();
      if (begun == size || next._1() >> 1 != bucket) {
        boolean alone = size - begun < 2;
        size = alone ? begun : size;
        count += alone ? 0 : 1;
        begun = size;
        bucket = next._1() >> 1;
        wanted = (next._1() & 1) == 0;
      }
      if (wanted) {
        members = size == members.length ? Arrays.copyOf(members, 2 * size) : members;
        members[size++] = NearCopies.member(next._2(), count);
      }
    }
    boolean alone = size - begun < 2;
    return new Buckets(
        Arrays.copyOf(members, alone ? begun : size), alone ? count : Math.addExact(count, 1));
  }
}
