package io.retromae.pretrain.masking;

import io.retromae.core.hash.CounterRandom;
import java.util.Arrays;

/**
 * Hides whole words of a row, as the reference collator does: words are tried in a random order
 * until the budget is spent; one that would exceed it is passed over, since a word is hidden whole
 * or not at all. Bit j of the k-th long is position 64 k + j. Memory is reused from row to row; for
 * one thread.
 */
final class WholeWordMask {
  /** The reference never hides more. */
  private static final int MAX_HIDDEN = 512;

  private final WordGroups words = new WordGroups();
  private final ShuffledWords shuffled = new ShuffledWords();
  private long[] hidden = new long[0];

  /** Words in the order in which they are tried. */
  interface WordOrder {
    /** The i-th word; asked for in ascending order. */
    int word(int i);
  }

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
   * Takes up a row, whose masks are then drawn.
   *
   * @param row ids with [CLS] and [SEP], [n]
   * @param random the only source of chance
   */
  void begin(int[] row, TokenKinds kinds, CounterRandom random) {
    words.read(row, kinds);
    if (hidden.length < WordGroups.longs(row.length)) {
      hidden = new long[WordGroups.longs(row.length)];
    }
    shuffled.begin(words.count(), random);
  }

  WordGroups words() {
    return words;
  }

  /** Draws a mask: the bits of hidden positions, valid until the next is drawn. */
  long[] hide(int budget) {
    return hide(budget, shuffled);
  }

  /** The mask if words are tried in the given order. */
  long[] hide(int budget, WordOrder order) {
    Arrays.fill(hidden, 0);
    int left = budget;
    for (int i = 0; i < words.count() && left > 0; i++) {
      int word = order.word(i);
      int size = words.size(word);
      if (size <= left) {
        words.addTo(hidden, word);
        left -= size;
      }
    }
    return hidden;
  }

  /**
   * A uniformly random order, drawn as far as it is asked for: one more step of Fisher's and
   * Yates's shuffle for each word. The next mask goes on from the order that the last one left,
   * since a shuffle of any order is uniform.
   */
  private static final class ShuffledWords implements WordOrder {
    private int[] order = new int[0];
    private int count;
    private CounterRandom random = new CounterRandom(0, 0, 0, 0);

    void begin(int count, CounterRandom random) {
      if (order.length < count) {
        order = new int[count];
      }
      for (int i = 0; i < count; i++) {
        order[i] = i;
      }
      this.count = count;
      this.random = random;
    }

    @Override
    public int word(int i) {
      int j = i + random.nextInt(count - i);
      int word = order[j];
      order[j] = order[i];
      order[i] = word;
      return word;
    }
  }
}
