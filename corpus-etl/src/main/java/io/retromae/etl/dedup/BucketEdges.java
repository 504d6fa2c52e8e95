package io.retromae.etl.dedup;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns buckets, whose members come one after the other, into edges: all pairs of a few members; of
 * more, each with the first and, up to a limit, with the one before, so that a dissimilar first
 * does not lose a similar pair.
 */
final class BucketEdges {
  /** Buckets of at most so many are compared pair by pair. */
  static final int ALL_PAIRS = 8;

  private final int most;
  private final List<Long> first = new ArrayList<>();
  private long band;
  private long size;
  private long last;

  /** What comes out. */
  @FunctionalInterface
  interface Sink {
    /** An edge (a, b) if {@code members} is 0; else a bucket of so many, whose first is a. */
    void accept(long members, long a, long b);
  }

  /**
   * Buckets of more than {@code most} are told to the sink.
   *
   * @param most edges to the member before end here
   */
  BucketEdges(int most) {
    this.most = most;
  }

  /** The next document of a band; bands come one after the other. */
  void add(long nextBand, long place, Sink out) {
    if (size > 0 && nextBand != band) {
      end(out);
    }
    band = nextBand;
    add(place, out);
  }

  private void add(long place, Sink out) {
    size++;
    if (size <= ALL_PAIRS) {
      first.add(place);
      return;
    }
    if (size == ALL_PAIRS + 1) {
      starOfFirst(out);
    }
    out.accept(0, first.get(0), place);
    if (size <= most) {
      out.accept(0, last, place);
    }
    last = place;
  }

  /** The bucket is too big for all pairs. */
  private void starOfFirst(Sink out) {
    out.accept(0, first.get(0), first.get(1));
    for (int i = 2; i < first.size(); i++) {
      out.accept(0, first.get(0), first.get(i));
      out.accept(0, first.get(i - 1), first.get(i));
    }
    last = first.get(first.size() - 1);
  }

  /** Ends the last bucket. */
  void end(Sink out) {
    if (size <= ALL_PAIRS) {
      for (int i = 0; i < first.size(); i++) {
        for (int j = i + 1; j < first.size(); j++) {
          out.accept(0, first.get(i), first.get(j));
        }
      }
    } else if (size > most) {
      out.accept(size, first.get(0), first.get(0));
    }
    first.clear();
    size = 0;
  }
}
