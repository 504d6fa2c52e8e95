package io.retromae.etl.job;

import java.io.Serializable;

/**
 * A sample's place in the global shuffle: a keyed 64-bit hash, ties broken by what it was made
 * from, so that the order is total.
 *
 * @param hash of seed, document and block; its unsigned value is the place
 * @param documentId 32 hexadecimal digits
 * @param block number in the document
 */
record ShuffleKey(long hash, String documentId, int block)
    implements Comparable<ShuffleKey>, Serializable {

  static ShuffleKey of(long seed, String documentId, int block) {
    long high = Long.parseUnsignedLong(documentId.substring(0, 16), 16);
    long low = Long.parseUnsignedLong(documentId.substring(16), 16);
    return new ShuffleKey(mix(mix(mix(mix(seed) ^ high) ^ low) + block), documentId, block);
  }

  /** SplitMix64's finalizer (Steele, Lea, Flood 2014). */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The shard whose range of hashes this one is in. */
  int shard(int shards) {
    return (int) Math.multiplyHigh(hash >>> 1, 2L * shards);
  }

  @Override
  public int compareTo(ShuffleKey other) {
    int byHash = Long.compareUnsigned(hash, other.hash);
    if (byHash != 0) {
      return byHash;
    }
    int byDocument = documentId.compareTo(other.documentId);
    return byDocument != 0 ? byDocument : Integer.compare(block, other.block);
  }
}
