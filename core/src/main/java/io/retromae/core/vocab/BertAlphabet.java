package io.retromae.core.vocab;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What BERT's clean-up makes of each character of the basic plane, worked out once: one look-up
 * says whether it is part of a word, a word of its own or a blank, and what it is folded to. An
 * action is the kind in the upper and the folded character in the lower 16 bits.
 */
final class BertAlphabet {
  /** Kind of an action: the folded character is part of a word. */
  static final int PART = 0;

  /** The folded character is a word of its own. */
  static final int ALONE = 1;

  /** Ends a word. */
  static final int BLANK = 2;

  /** Not there. */
  static final int REMOVED = 3;

  /** Half of a character beyond the basic plane, if the other half is there. */
  static final int SURROGATE = 4;

  /** Folded to several characters, as a Hangul syllable. */
  static final int EXPANDED = 5;

  private static final int BMP = 0x10000;

  private BertAlphabet() {}

  /** Those of the rules asked for so far: at most eight, of 256 KB each. */
  private static final Map<WordRules, int[]> ACTIONS = new ConcurrentHashMap<>();

  /** The actions by character; not to be modified. */
  static int[] of(WordRules rules) {
    return ACTIONS.computeIfAbsent(rules, BertAlphabet::actions);
  }

  static int kind(int action) {
    return action >>> Character.SIZE;
  }

  private static int[] actions(WordRules rules) {
    int[] actions = new int[BMP];
    for (int c = 0; c < BMP; c++) {
      actions[c] = action((char) c, rules);
    }
    return actions;
  }

  private static int action(char c, WordRules rules) {
    if (Character.isSurrogate(c)) {
      return SURROGATE << Character.SIZE;
    }
    if (BertCharacters.isBlank(c)) {
      return BLANK << Character.SIZE;
    }
    if (BertCharacters.isRemoved(c)) {
      return REMOVED << Character.SIZE;
    }
    String folded = BertCharacters.fold(c, rules);
    if (folded.isEmpty()) { // an accent
      return REMOVED << Character.SIZE;
    }
    if (folded.length() > 1) {
      return EXPANDED << Character.SIZE;
    }
    char f = folded.charAt(0);
    if (BertCharacters.isBlank(f)) {
      return BLANK << Character.SIZE;
    }
    boolean ideograph = rules.tokenizeChineseChars() && BertCharacters.isIdeograph(c);
    boolean alone = ideograph || BertCharacters.isPunctuation(f);
    return (alone ? ALONE : PART) << Character.SIZE | f;
  }
}
