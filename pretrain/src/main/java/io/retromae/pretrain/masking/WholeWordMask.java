package io.retromae.pretrain.masking;

import java.util.BitSet;

/** Draws whole words to hide, as the reference collator does. */
final class WholeWordMask {
  /** The reference never hides more. */
  private static final int MAX_HIDDEN = 512;

  private WholeWordMask() {}

  /**
   * Tokens to hide in a row: at least 1, at most 512, rounded half to even.
   *
   * @param length of the row, special tokens included
   * @param probability mlm_probability
   */
  static int budget(int length, double probability) {
    return Math.min(MAX_HIDDEN, Math.max(1, (int) Math.rint(length * probability)));
  }

  /**
   * Hides words in a random order.
   *
   * @param order scratch space of at least {@code words.count()} entries
   */
  static BitSet draw(WordGroups words, int budget, CounterRandom random, int[] order) {
    for (int i = 0; i < words.count(); i++) {
      order[i] = i;
    }
    random.shuffle(order, words.count());
    return inOrder(words, budget, order);
  }

  /**
   * Hides words in the given order until the budget is spent; a word that would exceed it is passed
   * over, since a word is hidden whole or not at all.
   *
   * @return hidden positions, a subset of [0, length)
   */
  static BitSet inOrder(WordGroups words, int budget, int[] order) {
    BitSet hidden = new BitSet();
    int left = budget;
    for (int i = 0; i < words.count() && left > 0; i++) {
      int word = order[i];
      int size = words.size(word);
      if (size <= left) {
        for (int k = 0; k < size; k++) {
          hidden.set(words.position(word, k));
        }
        left -= size;
      }
    }
    return hidden;
  }
}
