package io.retromae.core.vocab;

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

  private static final class LowerCase {
    static final int[] ACTIONS = actions(true);
  }

  private static final class AsWritten {
    static final int[] ACTIONS = actions(false);
  }

  /** The actions by character; not to be modified. */
  static int[] of(boolean lowerCase) {
    return lowerCase ? LowerCase.ACTIONS : AsWritten.ACTIONS;
  }

  static int kind(int action) {
    return action >>> Character.SIZE;
  }

  private static int[] actions(boolean lowerCase) {
    int[] actions = new int[BMP];
    for (int c = 0; c < BMP; c++) {
      actions[c] = action((char) c, lowerCase);
    }
    return actions;
  }

  private static int action(char c, boolean lowerCase) {
    if (Character.isSurrogate(c)) {
      return SURROGATE << Character.SIZE;
    }
    if (BertCharacters.isBlank(c)) {
      return BLANK << Character.SIZE;
    }
    if (BertCharacters.isRemoved(c)) {
      return REMOVED << Character.SIZE;
    }
    String folded = lowerCase ? BertCharacters.fold(c) : String.valueOf(c);
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
    boolean alone = BertCharacters.isIdeograph(c) || BertCharacters.isPunctuation(f);
    return (alone ? ALONE : PART) << Character.SIZE | f;
  }
}
