package io.retromae.finetune.mine.copies;

import io.retromae.finetune.mine.selection.Copies;
import java.util.Arrays;
import java.util.List;

/**
 * Texts that share a bucket with a positive: a band of their MinHash signatures, or all letters and
 * digits. Texts whose shingle sets have Jaccard similarity J share a band with probability 1 - (1 -
 * J^6)^20: 0.92 at 0.7, 0.27 at 0.5, 0.01 at 0.3. Takes eight bytes for each text in a bucket that
 * holds a positive and another.
 */
public final class NearCopies implements Copies {
  private static final int NUMBER_BITS = 32;

  /** Upper half: number of a text; lower half: of a bucket. Sorted. */
  private final long[] members;

  private NearCopies(long[] members) {
    this.members = members;
  }

  /**
   * Joins what tasks found.
   *
   * @param found of each, buckets counted from 0
   */
  static NearCopies of(List<Buckets> found) {
    long[] members = new long[found.stream().mapToInt(buckets -> buckets.members().length).sum()];
    int next = 0;
    int before = 0;
    for (Buckets buckets : found) {
      for (long member : buckets.members()) {
        members[next++] = member + before;
      }
      before = Math.addExact(before, buckets.count());
    }
    Arrays.sort(members);
    return new NearCopies(members);
  }

  /** A text in a bucket. */
  static long member(int text, int bucket) {
    return (long) text << NUMBER_BITS | bucket;
  }

  @Override
  public boolean isNearAny(int document, int[] others) {
    int from = first(document);
    int to = from;
    while (to < members.length && members[to] >> NUMBER_BITS == document) {
      to++;
    }
    if (from < to) {
      for (int other : others) {
        if (shareBucket(from, to, other)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean shareBucket(int from, int to, int other) {
    int a = from;
    int b = first(other);
    while (a < to && b < members.length && members[b] >> NUMBER_BITS == other) {
      int order = Integer.compare((int) members[a], (int) members[b]);
      if (order == 0) {
        return true;
      }
      a += order < 0 ? 1 : 0;
      b += order > 0 ? 1 : 0;
    }
    return false;
  }

  /** Place of a text's first bucket, or where it would be. */
  private int first(int text) {
    int found = Arrays.binarySearch(members, member(text, 0));
    return found < 0 ? -found - 1 : found;
  }

  /** Texts in some bucket. */
  public long texts() {
    return Arrays.stream(members).map(member -> member >> NUMBER_BITS).distinct().count();
  }
}
