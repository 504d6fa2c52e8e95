package io.retromae.pretrain.masking;

import io.retromae.core.hash.CounterRandom;

/**
 * The decoder's position-specific mask: row i says which keys position i may see, never its own.
 * Made as in the reference: a pool of whole-word masks is drawn, each row takes one at random.
 * Position 0, the sentence embedding, is in no word and so is seen by every other row. Memory is
 * reused from row to row; for one thread.
 */
public final class DecoderVisibility {
  private final Rule rule;
  private final WholeWordMask mask = new WholeWordMask();
  private byte[] pool = new byte[0];

  /** Masks drawn by a rule. */
  public DecoderVisibility(Rule rule) {
    this.rule = rule;
  }

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
  public void draw(int[] row, MaskingContext context, Target target) {
    int length = row.length;
    int bytes = bytes(length);
    CounterRandom random = context.random(MaskingContext.DECODER);
    int masks = drawPool(row, context, random);
    byte[] bits = target.bits();
    for (int query = 0; query < length; query++) {
      int start = target.offset() + query * target.bytesPerQuery();
      System.arraycopy(pool, random.nextInt(masks) * bytes, bits, start, bytes);
      bits[start + (query >> 3)] &= (byte) ~(1 << (query & 7));
    }
  }

  private int drawPool(int[] row, MaskingContext context, CounterRandom random) {
    int bytes = bytes(row.length);
    int masks = Math.min(row.length, rule.pool());
    if (pool.length < masks * bytes) {
      pool = new byte[masks * bytes];
    }
    byte last = (byte) (0xFF >> 8 * bytes - row.length); // no key lies past the row's end
    int budget = WholeWordMask.budget(row.length, rule.probability());
    mask.begin(row, context.kinds(), random);
    for (int m = 0; m < masks; m++) {
      long[] hidden = mask.hide(budget);
      for (int i = 0; i < bytes; i++) {
        pool[m * bytes + i] = (byte) ~(hidden[i >> 3] >>> 8 * i); // the shift counts modulo 64
      }
      pool[m * bytes + bytes - 1] &= last;
    }
    return masks;
  }

  private static int bytes(int length) {
    return (length + 7) / 8;
  }
}
