package io.retromae.core.vocab;

import java.text.Normalizer;
import java.util.BitSet;

/** BERT's classes of characters, as Hugging Face's tokenizers library draws them. */
final class BertCharacters {
  private static final int BMP = 0x10000;

  /** The one character whose lower case is two. */
  private static final int DOTTED_CAPITAL_I = 0x130;

  private static final String DOTTED_SMALL_I = "i\u0307";
  private static final byte REMOVED = 1;
  private static final byte BLANK = 2;
  private static final byte HAN = 3;
  private static final byte OTHER = 4;

  /**
   * Characters that Unicode has as marks, signs or formats only since after 8.0. The library's
   * tables end there, so it takes them for letters; found by comparing every code point.
   */
  private static final BitSet LETTERS_TO_THE_LIBRARY =
      ranges(
          "7fd 8d3-8e2 9fd-9fe a76 afa-aff b55 c04 c77 c84 d00 d3b-d3c d81 eba 1885-1886 "
              + "1abf-1ac0 1df6-1df9 1dfb 2e43-2e4f 2e52 a82c a8c5 a8ff a9bd 10d24-10d27 "
              + "10eab-10ead 10f46-10f50 10f55-10f59 110cd 111cf 1123e 1133b 11438-1143f "
              + "11442-11444 11446 1144b-1144f 1145a-1145b 1145d-1145e 11660-1166c 1182f-11837 "
              + "11839-1183b 1193b-1193c 1193e 11943-11946 119d4-119d7 119da-119db 119e0 119e2 "
              + "11a01-11a0a 11a33-11a38 11a3b-11a47 11a51-11a56 11a59-11a5b 11a8a-11a96 "
              + "11a98-11a9c 11a9e-11aa2 11c30-11c36 11c38-11c3d 11c3f 11c41-11c45 11c70-11c71 "
              + "11c92-11ca7 11caa-11cb0 11cb2-11cb3 11cb5-11cb6 11d31-11d36 11d3a 11d3c-11d3d "
              + "11d3f-11d45 11d47 11d90-11d91 11d95 11d97 11ef3-11ef4 11ef7-11ef8 11fff "
              + "13430-13438 16e97-16e9a 16f4f 16fe2 16fe4 1e000-1e006 1e008-1e018 1e01b-1e021 "
              + "1e023-1e024 1e026-1e02a 1e130-1e136 1e2ec-1e2ef 1e944-1e94a 1e95e-1e95f");

  /** Class of each character of the basic plane, worked out once. */
  private static final byte[] CLASSES = new byte[BMP];

  static {
    for (int c = 0; c < BMP; c++) {
      CLASSES[c] = classify(c);
    }
  }

  private BertCharacters() {}

  private static BitSet ranges(String hexRanges) {
    BitSet set = new BitSet();
    for (String range : hexRanges.split(" ")) {
      String[] ends = range.split("-");
      set.set(Integer.parseInt(ends[0], 16), Integer.parseInt(ends[ends.length - 1], 16) + 1);
    }
    return set;
  }

  private static byte kind(int c) {
    return c < BMP ? CLASSES[c] : classify(c);
  }

  private static byte classify(int c) {
    if (c == '\t' || c == '\n' || c == '\r') {
      return BLANK;
    }
    if (c == 0xFFFD || isOther(c) && !LETTERS_TO_THE_LIBRARY.get(c)) {
      return REMOVED;
    }
    if (Character.isSpaceChar(c)) {
      return BLANK;
    }
    return isHan(c) ? HAN : OTHER;
  }

  /** Controls and other characters that are dropped before anything else. */
  static boolean isRemoved(int c) {
    return kind(c) == REMOVED;
  }

  static boolean isBlank(int c) {
    return kind(c) == BLANK;
  }

  /** Ideographs that stand as words of their own. */
  static boolean isIdeograph(int c) {
    return kind(c) == HAN;
  }

  private static boolean isOther(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> false;
    };
  }

  /** The blocks of the reference; the fifth begins at 2B920 there, a slip that ids depend on. */
  private static boolean isHan(int c) {
    return c >= 0x4E00 && c <= 0x9FFF
        || c >= 0x3400 && c <= 0x4DBF
        || c >= 0x20000 && c <= 0x2A6DF
        || c >= 0x2A700 && c <= 0x2B73F
        || c >= 0x2B740 && c <= 0x2B81F
        || c >= 0x2B920 && c <= 0x2CEAF
        || c >= 0xF900 && c <= 0xFAFF
        || c >= 0x2F800 && c <= 0x2FA1F;
  }

  /** Punctuation in BERT's sense: all ASCII signs, and Unicode's P categories. */
  static boolean isPunctuation(int c) {
    if (c < 0x80) {
      return c >= 33 && c <= 47 || c >= 58 && c <= 64 || c >= 91 && c <= 96 || c >= 123 && c <= 126;
    }
    if (LETTERS_TO_THE_LIBRARY.get(c)) {
      return false;
    }
    if (c == 0x166D || c == 0x111C9) { // signs in Unicode 8, something else since
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static boolean isAccent(int c) {
    return Character.getType(c) == Character.NON_SPACING_MARK
        && !LETTERS_TO_THE_LIBRARY.get(c)
        && c != 0x111C9;
  }

  /**
   * What the rules make of a character: canonical decomposition without non-spacing marks, then
   * lower case, each if asked for. Empty for an accent that is stripped.
   */
  static String fold(int c, WordRules rules) {
    String text = Character.toString(c);
    StringBuilder folded = new StringBuilder();
    (rules.stripAccents() ? Normalizer.normalize(text, Normalizer.Form.NFD) : text)
        .codePoints()
        .filter(x -> !rules.stripAccents() || !isAccent(x))
        .forEach(x -> append(folded, x, rules.lowerCase()));
    return folded.toString();
  }

  private static void append(StringBuilder folded, int c, boolean lowerCase) {
    if (lowerCase && c == DOTTED_CAPITAL_I) {
      folded.append(DOTTED_SMALL_I);
    } else {
      folded.appendCodePoint(lowerCase ? Character.toLowerCase(c) : c);
    }
  }
}
