package io.retromae.pretrain.masking;

import io.retromae.core.hash.CounterRandom;

/**
 * The encoder's input: 80 % of the hidden tokens become [MASK], 10 % a random id of the whole
 * vocabulary, 10 % stay. Each position is decided alone. Special tokens spend budget but are
 * neither replaced nor scored. Memory is reused from row to row; for one thread.
 */
public final class EncoderMasking {
  /** Label of a position without loss. */
  public static final int NO_LABEL = -100;

  private static final double MASKED = 0.8;
  private static final double MASKED_OR_RANDOM = 0.9;

  private final double probability;
  private final WholeWordMask mask = new WholeWordMask();

  /**
   * Masks of a given density.
   *
   * @param probability mlm_probability, in (0, 1)
   */
  public EncoderMasking(double probability) {
    this.probability = probability;
  }

  /**
   * Where a masked row goes.
   *
   * @param inputIds receives the masked ids
   * @param labels receives the original id where scored, else -100
   * @param offset of the row in both
   */
  public record Target(long[] inputIds, long[] labels, int offset) {}

  /**
   * Masks one row.
   *
   * @param row ids with [CLS] and [SEP], [n]
   * @param target where ids and labels go
   */
  public void mask(int[] row, MaskingContext context, Target target) {
    TokenKinds kinds = context.kinds();
    CounterRandom random = context.random(MaskingContext.ENCODER);
    mask.begin(row, kinds, random);
    long[] hidden = mask.hide(WholeWordMask.budget(row.length, probability));
    for (int i = 0; i < row.length; i++) {
      boolean scored = (hidden[i >> 6] >>> i & 1) != 0 && !kinds.isSpecial(row[i]);
      target.labels()[target.offset() + i] = scored ? row[i] : NO_LABEL;
      target.inputIds()[target.offset() + i] = scored ? replacement(row[i], kinds, random) : row[i];
    }
  }

  private static int replacement(int id, TokenKinds kinds, CounterRandom random) {
    double draw = random.nextDouble();
    if (draw < MASKED) {
      return kinds.maskId();
    }
    return draw < MASKED_OR_RANDOM ? random.nextInt(kinds.vocabularySize()) : id;
  }
}
