package io.retromae.finetune.contrastive;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Which passages of a step do not count as negatives of a query, because they have a text that is
 * right for it: that of a positive listed for it, or the positive of a query with the same text.
 * Numbers are those of {@link BatchLayout}, over all shards.
 */
final class SameText {
  private final int[] positive; // of each query, the passage
  private final int[] queryOf; // of each passage that is a positive; else below 0
  private final long[] queries;
  private final long[] passages;
  private final long[] listed;
  private final int[] firstListed;
  private final int[] lister; // of each listed positive, the query
  private final HashIndex byQuery;
  private final HashIndex byPassage;
  private final HashIndex byListed;

  /** What a rank tells the others of the texts of its shards. */
  static byte[] message(List<PairBatch> own) {
    int longs = 0;
    for (PairBatch batch : own) {
      longs += batch.rows() + batch.texts().listed();
    }
    ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(longs, Long.BYTES) + countBytes(own));
    for (PairBatch batch : own) {
      put(out, batch.texts().queries());
      put(out, batch.texts().passages());
      for (long[] ofQuery : batch.texts().positives()) {
        out.putInt(ofQuery.length);
        put(out, ofQuery);
      }
    }
    return out.array();
  }

  private static int countBytes(List<PairBatch> own) {
    return own.stream().mapToInt(batch -> batch.queries().length * Integer.BYTES).sum();
  }

  private static void put(ByteBuffer out, long[] values) {
    for (long value : values) {
      out.putLong(value);
    }
  }

  /** From what all ranks told, in their order. */
  SameText(BatchLayout layout, byte[][] messages) {
    int listedInAll = layout.shards().stream().mapToInt(BatchLayout.Shard::listed).sum();
    queries = new long[layout.queries()];
    passages = new long[layout.passages()];
    positive = new int[queries.length];
    queryOf = new int[passages.length];
    listed = new long[listedInAll];
    lister = new int[listedInAll];
    firstListed = new int[queries.length + 1];
    ByteBuffer in = ByteBuffer.allocate(0);
    int message = 0;
    for (BatchLayout.Shard shard : layout.shards()) {
      while (!in.hasRemaining()) {
        in = ByteBuffer.wrap(messages[message++]);
      }
      read(in, shard);
    }
    byQuery = new HashIndex(queries);
    byPassage = new HashIndex(passages);
    byListed = new HashIndex(listed);
  }

  private void read(ByteBuffer in, BatchLayout.Shard shard) {
    for (int i = 0; i < shard.queries(); i++) {
      queries[shard.firstQuery() + i] = in.getLong();
      positive[shard.firstQuery() + i] = shard.firstPassage() + i * shard.groupSize();
    }
    for (int j = 0; j < shard.passages(); j++) {
      passages[shard.firstPassage() + j] = in.getLong();
      boolean isPositive = j % shard.groupSize() == 0;
      queryOf[shard.firstPassage() + j] =
          isPositive ? shard.firstQuery() + j / shard.groupSize() : -1;
    }
    for (int i = 0; i < shard.queries(); i++) {
      int query = shard.firstQuery() + i;
      int end = firstListed[query] + in.getInt();
      for (int k = firstListed[query]; k < end; k++) {
        listed[k] = in.getLong();
        lister[k] = query;
      }
      firstListed[query + 1] = end;
    }
  }

  /** Passages that are no negatives of a query; its own positive is not among them. */
  void passagesRightFor(int query, IntConsumer each) {
    for (int k = firstListed[query]; k < firstListed[query + 1]; k++) {
      for (int j = byPassage.first(listed[k]); j >= 0; j = byPassage.after(j)) {
        if (j != positive[query]) {
          each.accept(j);
        }
      }
    }
    for (int i = byQuery.first(queries[query]); i >= 0; i = byQuery.after(i)) {
      if (i != query) {
        each.accept(positive[i]);
      }
    }
  }

  /** The same seen from a passage: queries of which it is no negative, nor the positive. */
  void queriesThatFit(int passage, IntConsumer each) {
    for (int k = byListed.first(passages[passage]); k >= 0; k = byListed.after(k)) {
      if (passage != positive[lister[k]]) {
        each.accept(lister[k]);
      }
    }
    int own = queryOf[passage];
    if (own >= 0) {
      for (int i = byQuery.first(queries[own]); i >= 0; i = byQuery.after(i)) {
        if (i != own) {
          each.accept(i);
        }
      }
    }
  }
}
