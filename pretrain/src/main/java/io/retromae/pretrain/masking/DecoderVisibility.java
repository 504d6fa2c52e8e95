package io.retromae.pretrain.masking;

import java.util.BitSet;

/**
 * The decoder's position-specific mask: row i says which keys position i may see, never its own.
 * Made as in the reference: a pool of whole-word masks is drawn, each row takes one at random.
 * Position 0, the sentence embedding, is in no word and so is seen by every other row.
 */
public final class DecoderVisibility {
  private DecoderVisibility() {}

  /**
   * How masks are drawn.
   *
   * @param probability mlm_probability of the decoder, in (0, 1)
   * @param pool masks drawn per row, at most one per position
   */
  public record Rule(double probability, int pool) {}

  /**
   * Where a row's bits go.
   *
   * @param bits zeros
   * @param offset where the row's query 0 begins
   * @param bytesPerQuery from one query to the next
   */
  public record Target(byte[] bits, int offset, int bytesPerQuery) {}

  /**
   * Draws one row's visibility as bits: bit j of byte k of query i is key 8k + j.
   *
   * @param row ids with [CLS] and [SEP], [n]
   * @param target where the bits go
   */
  public static void draw(int[] row, MaskingContext context, Rule rule, Target target) {
    int length = row.length;
    WordGroups words = WordGroups.of(row, context.kinds());
    CounterRandom random = context.random(MaskingContext.DECODER);
    int budget = WholeWordMask.budget(length, rule.probability());
    int masks = Math.min(length, rule.pool());
    byte[][] visible = new byte[masks][];
    int[] order = new int[words.count()];
    for (int m = 0; m < masks; m++) {
      BitSet seen = WholeWordMask.draw(words, budget, random, order);
      seen.flip(0, length);
      visible[m] = seen.toByteArray();
    }
    for (int query = 0; query < length; query++) {
      byte[] chosen = visible[random.nextInt(masks)];
      int start = target.offset() + query * target.bytesPerQuery();
      System.arraycopy(chosen, 0, target.bits(), start, chosen.length);
      target.bits()[start + query / 8] &= (byte) ~(1 << (query % 8));
    }
  }
}
