package io.retromae.pretrain.batch;

import java.util.stream.IntStream;

/** Parts of given sizes laid one behind the other: where each begins, and which one holds what. */
final class Offsets {
  private final long[] starts;

  private Offsets(long[] starts) {
    this.starts = starts;
  }

  /** Lays parts one behind the other; any may be empty. */
  static Offsets of(IntStream sizes) {
    int[] size = sizes.toArray();
    long[] starts = new long[size.length + 1];
    for (int part = 0; part < size.length; part++) {
      starts[part + 1] = starts[part] + size[part];
    }
    return new Offsets(starts);
  }

  /** Number of parts. */
  int parts() {
    return starts.length - 1;
  }

  /** Where a part begins; that of the one behind the last is the end. */
  long start(int part) {
    return starts[part];
  }

  /** The part that holds a place. */
  int partOf(long place) {
    if (place < 0 || place >= starts[parts()]) {
      throw new IllegalArgumentException("%d of %d".formatted(place, starts[parts()]));
    }
    int low = 0;
    int high = parts() - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (starts[middle + 1] <= place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
