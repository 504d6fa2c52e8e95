package io.retromae.etl.decontaminate;

import java.io.Serializable;

/**
 * A set of hashes that may answer yes wrongly (about once in 200) and never no: a blocked Bloom
 * filter (Putze, Sanders, Singler 2007), three bits in one 64-bit word, so that a question costs
 * one access to memory.
 */
final class HashFilter implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BITS_PER_HASH = 16;
  private static final int SMALLEST_LOG = 4;

  private final long[] blocks;
  private final int shift;

  /** An empty filter for so many hashes. */
  HashFilter(long expected) {
    int log = SMALLEST_LOG;
    while (log < 30 && (64L << log) < expected * BITS_PER_HASH) {
      log++;
    }
    blocks = new long[1 << log];
    shift = 64 - log;
  }

  void add(long hash) {
    blocks[(int) (hash >>> shift)] |= bits(hash);
  }

  boolean mayContain(long hash) {
    long bits = bits(hash);
    return (blocks[(int) (hash >>> shift)] & bits) == bits;
  }

  /** Bytes of memory. */
  long bytes() {
    return 8L * blocks.length;
  }

  private static long bits(long hash) {
    return 1L << hash | 1L << (hash >>> 6) | 1L << (hash >>> 12);
  }
}
