package io.retromae.etl.shuffle;

import io.retromae.core.hash.SplitMix64;
import io.retromae.core.shard.DocumentId;
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
    long key = DocumentId.of(documentId).key(seed);
    return new ShuffleKey(SplitMix64.mix(key + block), documentId, block);
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
