package io.retromae.etl.dedup;

import io.retromae.core.hash.SplitMix64;
import io.retromae.etl.text.Words;
import java.util.Arrays;

/**
 * MinHash signatures for locality-sensitive hashing (Broder 1997; Indyk and Motwani 1998). Texts
 * whose shingle sets have Jaccard similarity J agree in a band with probability J^rows. Immutable
 * and thread-safe.
 *
 * <p>A value is the smallest a * x + b over the shingles x, on 32 bits with odd a, of which the
 * upper 31 count: the low bits of such products are weak.
 */
public final class MinHash {
  /** Shingles taken at once; even. */
  private static final int BLOCK = 256;

  private final int bands;
  private final int rows;
  private final long seed;
  private final int[] factors;
  private final int[] offsets;

  /**
   * Draws the hash functions.
   *
   * @param bands of a signature
   * @param rows values of a band
   * @param seed signatures compare only if made with equal seeds
   */
  public MinHash(int bands, int rows, long seed) {
    this.bands = bands;
    this.rows = rows;
    this.seed = SplitMix64.mix(seed);
    factors = new int[bands * rows];
    offsets = new int[bands * rows];
    for (int i = 0; i < factors.length; i++) {
      long random = SplitMix64.mix(seed + i * SplitMix64.GOLDEN_GAMMA);
      factors[i] = (int) (random >>> 32) | 1;
      offsets[i] = (int) random;
    }
  }

  /**
   * A text's signature.
   *
   * @param shingleSize units of a shingle
   * @return a 64-bit hash of each band and its number, so that different bands never compare; empty
   *     if the text is shorter than a shingle
   */
  public long[] signature(Words words, int shingleSize) {
    Shingles shingles = new Shingles(words, shingleSize);
    long[] block = new long[BLOCK];
    int filled = shingles.fill(block);
    if (filled == 0) {
      return new long[0];
    }
    int[] smallest = new int[factors.length];
    Arrays.fill(smallest, Integer.MAX_VALUE);
    while (filled > 0) {
      lower(smallest, block, filled);
      filled = filled == BLOCK ? shingles.fill(block) : 0;
    }
    return bandHashes(smallest);
  }

  private void lower(int[] smallest, long[] block, int filled) {
    if (filled % 2 == 1) {
      block[filled] = block[filled - 1]; // seen twice, the smallest stays
    }
    for (int i = 0; i < filled; i += 2) {
      lower(smallest, factors, offsets, (int) (block[i] >>> 32), (int) (block[i + 1] >>> 32));
    }
  }

  /**
   * The hot loop, for two shingles at once. Java 17 makes vector instructions of subtractions and
   * shifts, not of {@code Math.min}: y + (d & d >> 31) with d = z - y is the smaller of y and z,
   * which are not negative, so that d does not overflow.
   */
  private static void lower(int[] smallest, int[] a, int[] b, int x0, int x1) {
    for (int i = 0; i < smallest.length; i++) {
      int y = (a[i] * x0 + b[i]) >>> 1;
      int difference = ((a[i] * x1 + b[i]) >>> 1) - y;
      y += difference & difference >> 31;
      difference = y - smallest[i];
      smallest[i] += difference & difference >> 31;
    }
  }

  private long[] bandHashes(int[] smallest) {
    long[] hashes = new long[bands];
    for (int band = 0; band < bands; band++) {
      long hash = SplitMix64.mix(seed + band);
      for (int i = band * rows; i < (band + 1) * rows; i++) {
        hash = SplitMix64.mix(hash ^ smallest[i]);
      }
      hashes[band] = hash;
    }
    return hashes;
  }
}
