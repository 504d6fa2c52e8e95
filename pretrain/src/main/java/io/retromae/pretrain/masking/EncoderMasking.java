package io.retromae.pretrain.masking;

import java.util.BitSet;

/**
 * The encoder's input: 80 % of the hidden tokens become [MASK], 10 % a random id of the whole
 * vocabulary, 10 % stay. Each position is decided alone. Special tokens spend budget but are
 * neither replaced nor scored.
 */
public final class EncoderMasking {
  /** Label of a position without loss. */
  public static final int NO_LABEL = -100;

  private static final double MASKED = 0.8;
  private static final double MASKED_OR_RANDOM = 0.9;

  private EncoderMasking() {}

  /**
   * Masks one row.
   *
   * @param row ids with [CLS] and [SEP], [n]
   * @param probability mlm_probability, in (0, 1)
   * @param target where ids and labels go
   */
  public static void mask(int[] row, MaskingContext context, double probability, Target target) {
    WordGroups words = WordGroups.of(row, context.kinds());
    CounterRandom random = context.random(MaskingContext.ENCODER);
    int budget = WholeWordMask.budget(row.length, probability);
    BitSet hidden = WholeWordMask.draw(words, budget, random, new int[words.count()]);
    for (int i = 0; i < row.length; i++) {
      boolean scored = hidden.get(i) && !context.kinds().isSpecial(row[i]);
      target.labels()[target.offset() + i] = scored ? row[i] : NO_LABEL;
      target.inputIds()[target.offset() + i] =
          scored ? replacement(row[i], context.kinds(), random) : row[i];
    }
  }

  /**
   * Where a masked row goes.
   *
   * @param inputIds receives the masked ids
   * @param labels receives the original id where scored, else -100
   * @param offset of the row in both
   */
  public record Target(long[] inputIds, long[] labels, int offset) {}

  private static int replacement(int id, TokenKinds kinds, CounterRandom random) {
    double draw = random.nextDouble();
    if (draw < MASKED) {
      return kinds.maskId();
    }
    return draw < MASKED_OR_RANDOM ? random.nextInt(kinds.vocabularySize()) : id;
  }
}
