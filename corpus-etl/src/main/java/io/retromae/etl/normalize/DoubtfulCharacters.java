package io.retromae.etl.normalize;

import java.text.Normalizer.Form;
import java.util.BitSet;

/**
 * The characters that make a Unicode normal form doubtful: those that change by themselves, compose
 * with what stands before them, or are put in order with their neighbours. A text without any of
 * these is in the form already (UAX 15, the quick check). Found once, by asking the JDK's own
 * normaliser, so that the two never disagree.
 */
final class DoubtfulCharacters {
  private static final char GREEK_IOTA_BELOW = '\u0345'; // has the highest combining class, 240

  /** No code point outside these ranges changes or combines. */
  private static final int[][] SEARCHED = {{0, 0x1ffff}, {0x2f800, 0x2fa1f}};

  private DoubtfulCharacters() {}

  private static final class Nfc {
    private static final BitSet FOUND = find(Form.NFC);
  }

  private static final class Nfkc {
    private static final BitSet FOUND = find(Form.NFKC);
  }

  /** The code points; for reading only. Takes some tenths of a second when called first. */
  static BitSet of(Form form) {
    return form == Form.NFKC ? Nfkc.FOUND : Nfc.FOUND;
  }

  private static BitSet find(Form form) {
    BitSet doubtful = new BitSet();
    for (int[] range : SEARCHED) {
      for (int c = range[0]; c <= range[1]; c++) {
        if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
          look(c, form, doubtful);
        }
      }
    }
    return doubtful;
  }

  private static void look(int c, Form form, BitSet doubtful) {
    String alone = Character.toString(c);
    String apart = java.text.Normalizer.normalize(alone, Form.NFD);
    // All but the first character of a decomposition may compose with one before them.
    apart.codePoints().skip(1).forEach(doubtful::set);
    if (isReordered(c) || !java.text.Normalizer.isNormalized(alone, form)) {
      doubtful.set(c);
    }
  }

  /** Whether the character's combining class is not 0. */
  private static boolean isReordered(int c) {
    int type = Character.getType(c);
    if (type != Character.NON_SPACING_MARK && type != Character.COMBINING_SPACING_MARK) {
      return false;
    }
    String behind = "a" + GREEK_IOTA_BELOW + Character.toString(c);
    String ordered = java.text.Normalizer.normalize(behind, Form.NFD);
    return c == GREEK_IOTA_BELOW || ordered.charAt(1) != GREEK_IOTA_BELOW;
  }
}
