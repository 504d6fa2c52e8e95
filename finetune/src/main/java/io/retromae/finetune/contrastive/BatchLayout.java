package io.retromae.finetune.contrastive;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the rows of a step lie: shard by shard, each with its queries, then its passages. Queries
 * are also counted by themselves, over all shards, and so are passages.
 */
final class BatchLayout {
  private static final int BYTES = 3 * Integer.BYTES + 1;

  private final List<Shard> shards;
  private final Shard end;

  /**
   * A logical shard.
   *
   * @param firstRow among all rows: its first query
   * @param firstQuery among queries
   * @param firstPassage among passages
   * @param queries n of this shard
   * @param groupSize G
   * @param listed positives listed for its queries
   * @param ownNegatives whether its queries are scored with their groups only
   */
  record Shard(
      int firstRow,
      int firstQuery,
      int firstPassage,
      int queries,
      int groupSize,
      int listed,
      boolean ownNegatives) {
    int passages() {
      return queries * groupSize;
    }

    int rows() {
      return queries + passages();
    }

    /** Of its first passage, among all rows. */
    int firstPassageRow() {
      return firstRow + queries;
    }
  }

  private BatchLayout(List<Shard> shards, Shard end) {
    this.shards = List.copyOf(shards);
    this.end = end;
  }

  /** What a rank tells the others of its shards. */
  static byte[] message(List<PairBatch> own) {
    ByteBuffer out = ByteBuffer.allocate(BYTES * own.size());
    for (PairBatch batch : own) {
      out.putInt(batch.queries().length).putInt(batch.groupSize());
      out.putInt(batch.texts().listed()).put((byte) (batch.ownNegatives() ? 1 : 0));
    }
    return out.array();
  }

  /** The layout from what all ranks told, in their order. */
  static BatchLayout of(byte[][] messages) {
    List<Shard> shards = new ArrayList<>();
    Shard next = new Shard(0, 0, 0, 0, 0, 0, false);
    for (byte[] message : messages) {
      ByteBuffer in = ByteBuffer.wrap(message);
      while (in.hasRemaining()) {
        Shard shard =
            new Shard(
                next.firstRow(),
                next.firstQuery(),
                next.firstPassage(),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.get() == 1);
        shards.add(shard);
        next =
            new Shard(
                Math.addExact(shard.firstRow(), shard.rows()),
                shard.firstQuery() + shard.queries(),
                shard.firstPassage() + shard.passages(),
                0,
                0,
                0,
                false);
      }
    }
    return new BatchLayout(shards, next);
  }

  /** The shards, in order. */
  List<Shard> shards() {
    return shards;
  }

  /** Rows of the step. */
  int rows() {
    return end.firstRow();
  }

  /** n, queries of the step. */
  int queries() {
    return end.firstQuery();
  }

  /** N, passages of the step. */
  int passages() {
    return end.firstPassage();
  }

  /** The first row of a shard; of the one after the last, the number of rows. */
  int firstRow(int shard) {
    return shard == shards.size() ? rows() : shards.get(shard).firstRow();
  }
}
