package io.retromae.etl.dedup;

import io.retromae.etl.text.Words;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The different shingles of a document, or of a long one those with the smallest hashes (bottom-k
 * sketch; Broder 1997). Immutable.
 */
public final class ShingleSet {
  private static final int BLOCK = 256;

  private final long[] sorted;
  private final boolean complete;

  private ShingleSet(long[] sorted, boolean complete) {
    this.sorted = sorted;
    this.complete = complete;
  }

  /**
   * The shingles of a text.
   *
   * @param shingleSize units of a shingle
   * @param most keep at most so many
   */
  public static ShingleSet of(Words words, int shingleSize, int most) {
    Smallest smallest = new Smallest(most);
    Shingles shingles = new Shingles(words, shingleSize);
    long[] block = new long[BLOCK];
    for (int filled = shingles.fill(block); filled > 0; filled = shingles.fill(block)) {
      smallest.add(block, filled);
    }
    return smallest.finish();
  }

  /** How many hashes it holds. */
  public int size() {
    return sorted.length;
  }

  /**
   * Jaccard similarity with another set made with the same settings: exact if both are complete,
   * else estimated below the hash up to which both are.
   */
  public double jaccard(ShingleSet other) {
    long limit = Math.min(completeUpTo(), other.completeUpTo());
    long both = 0;
    long either = 0;
    int i = 0;
    int j = 0;
    while (true) {
      boolean moreHere = i < sorted.length && sorted[i] <= limit;
      boolean moreThere = j < other.sorted.length && other.sorted[j] <= limit;
      if (!moreHere && !moreThere) {
        return either == 0 ? 0 : (double) both / either;
      }
      either++;
      if (moreHere && moreThere && sorted[i] == other.sorted[j]) {
        both++;
        i++;
        j++;
      } else if (!moreThere || moreHere && sorted[i] < other.sorted[j]) {
        i++;
      } else {
        j++;
      }
    }
  }

  private long completeUpTo() {
    return complete ? Long.MAX_VALUE : sorted[sorted.length - 1];
  }

  /** Big-endian hashes, ascending, and one byte: 1 if the set is complete. */
  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(sorted.length * Long.BYTES + 1);
    bytes.asLongBuffer().put(sorted);
    bytes.put(bytes.capacity() - 1, (byte) (complete ? 1 : 0));
    return bytes.array();
  }

  static ShingleSet of(byte[] bytes) {
    long[] sorted = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(sorted);
    return new ShingleSet(sorted, bytes[bytes.length - 1] == 1);
  }

  /** Keeps the smallest different hashes of many; memory for twice as many as it keeps. */
  private static final class Smallest {
    private final int most;
    private long[] held = new long[BLOCK];
    private int count;
    private long limit = Long.MAX_VALUE;
    private boolean complete = true;

    Smallest(int most) {
      this.most = most;
    }

    void add(long[] hashes, int length) {
      for (int i = 0; i < length; i++) {
        if (hashes[i] <= limit) {
          if (count == held.length) {
            makeRoom();
          }
          held[count++] = hashes[i];
        }
      }
    }

    private void makeRoom() {
      compact();
      if (2 * count > held.length) {
        held = Arrays.copyOf(held, 2 * held.length);
      }
    }

    /** Sorts, leaves out repeats, cuts to the smallest. */
    private void compact() {
      Arrays.sort(held, 0, count);
      int different = 0;
      for (int i = 0; i < count; i++) {
        if (i == 0 || held[i] != held[i - 1]) {
          held[different++] = held[i];
        }
      }
      if (different > most) {
        complete = false;
        limit = held[most - 1];
      }
      count = Math.min(different, most);
    }

    ShingleSet finish() {
      compact();
      return new ShingleSet(Arrays.copyOf(held, count), complete);
    }
  }
}
