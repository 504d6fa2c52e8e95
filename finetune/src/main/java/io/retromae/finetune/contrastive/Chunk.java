package io.retromae.finetune.contrastive;

import io.retromae.training.bert.LengthOrder;
import io.retromae.training.bert.TokenRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of one logical shard that are encoded at once.
 *
 * @param rows [B] their numbers among the shard's rows
 * @param ids their tokens, padded to the longest
 * @param tokens of these rows
 * @param number among the chunks of this rank in the step
 * @param tokensBefore tokens of the shard's earlier chunks
 * @param rowsBefore their rows
 */
record Chunk(
    long[] rows, TokenRows ids, long tokens, int number, long tokensBefore, int rowsBefore) {
  /**
   * Cuts a shard's rows, the longest first, so that rows of a chunk are nearly of one length. The
   * order depends on the rows alone.
   *
   * @param most tokens of a chunk; a longer row is one of its own
   * @param number of the first chunk
   */
  static List<Chunk> cut(PairBatch batch, int most, int pad, int number) {
    int[] lengths = IntStream.range(0, batch.rows()).map(row -> batch.row(row).length).toArray();
    List<Chunk> chunks = new ArrayList<>();
    long tokensBefore = 0;
    int rowsBefore = 0;
    for (int[] rows : LengthOrder.batches(lengths, most, false)) {
      long tokens = Arrays.stream(rows).mapToLong(row -> lengths[row]).sum();
      chunks.add(
          new Chunk(
              Arrays.stream(rows).asLongStream().toArray(),
              TokenRows.padded(Arrays.stream(rows).mapToObj(batch::row).toList(), pad),
              tokens,
              number + chunks.size(),
              tokensBefore,
              rowsBefore));
      tokensBefore += tokens;
      rowsBefore += rows.length;
    }
    return chunks;
  }
}
