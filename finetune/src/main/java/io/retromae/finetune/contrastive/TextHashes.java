package io.retromae.finetune.contrastive;

/**
 * Hashes of texts: two are the same text if their hashes are equal. Vectors would not tell, since
 * dropout makes those of copies differ.
 *
 * @param queries [n]
 * @param passages [n G]
 * @param positives [n] of all positives that the data list for a query, drawn or not
 */
public record TextHashes(long[] queries, long[] passages, long[][] positives) {
  /** How many positives are listed for all queries. */
  int listed() {
    int count = 0;
    for (long[] ofQuery : positives) {
      count += ofQuery.length;
    }
    return count;
  }
}
