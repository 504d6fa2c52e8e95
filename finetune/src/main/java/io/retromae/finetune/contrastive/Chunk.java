package io.retromae.finetune.contrastive;

import io.retromae.training.bert.TokenRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of one logical shard that are encoded at once.
 *
 * @param rows [B] their numbers among the shard's rows
 * @param ids their tokens, padded to the longest
 * @param tokens of these rows
 * @param before tokens of the shard's earlier chunks
 */
record Chunk(long[] rows, TokenRows ids, long tokens, long before) {
  /**
   * Cuts a shard's rows, the longest first, so that rows of a chunk are nearly of one length. The
   * order depends on the rows alone.
   *
   * @param most tokens of a chunk; a longer row is one of its own
   */
  static List<Chunk> cut(PairBatch batch, int most, int pad) {
    int[] order =
        IntStream.range(0, batch.rows())
            .boxed()
            .sorted(Comparator.comparingInt(row -> -batch.row(row).length)) // stable
            .mapToInt(Integer::intValue)
            .toArray();
    List<Chunk> chunks = new ArrayList<>();
    long before = 0;
    int from = 0;
    while (from < order.length) {
      long tokens = 0;
      int to = from;
      while (to < order.length && (to == from || tokens + batch.row(order[to]).length <= most)) {
        tokens += batch.row(order[to++]).length;
      }
      chunks.add(of(batch, Arrays.copyOfRange(order, from, to), tokens, before, pad));
      before += tokens;
      from = to;
    }
    return chunks;
  }

  private static Chunk of(PairBatch batch, int[] rows, long tokens, long before, int pad) {
    int length = batch.row(rows[0]).length;
    long[] ids = new long[rows.length * length];
    Arrays.fill(ids, pad);
    long[] lengths = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int[] row = batch.row(rows[i]);
      lengths[i] = row.length;
      for (int j = 0; j < row.length; j++) {
        ids[i * length + j] = row[j];
      }
    }
    long[] numbers = Arrays.stream(rows).asLongStream().toArray();
    return new Chunk(numbers, new TokenRows(length, ids, lengths), tokens, before);
  }
}
