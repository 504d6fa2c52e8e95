package io.retromae.core.shard;

import io.retromae.core.hash.SplitMix64;

/**
 * A document's id, 32 hexadecimal digits, as two numbers.
 *
 * @param high upper 64 bits
 * @param low lower 64 bits
 */
public record DocumentId(long high, long low) {
  private static final int HALF = 16;
  private static final int HEXADECIMAL = 16;

  /** The id of these digits. */
  public static DocumentId of(String digits) {
    return new DocumentId(
        Long.parseUnsignedLong(digits, 0, HALF, HEXADECIMAL),
        Long.parseUnsignedLong(digits, HALF, 2 * HALF, HEXADECIMAL));
  }

  /** 64 bits of chance that belong to this document under a seed. */
  public long key(long seed) {
    return SplitMix64.mix(SplitMix64.mix(SplitMix64.mix(seed) ^ high) ^ low);
  }
}
