package io.retromae.etl.language;

/**
 * The script class of each character of the basic plane in one table, so that a scan costs one look
 * per character.
 */
final class Letters {
  static final byte NONE = 0;
  static final byte LATIN = 1;
  static final byte HAN = 2;
  static final byte KANA = 3;
  static final byte HANGUL = 4;
  static final byte OTHER = 5;

  /** How many classes there are. */
  static final int CLASSES = 6;

  private static final char FIRST_ACCENT = '\u0300';
  private static final char LAST_ACCENT = '\u036f';
  private static final byte[] CLASS = table();

  private Letters() {}

  /** Class of a char that is no surrogate. */
  static byte of(char c) {
    return CLASS[c];
  }

  /** Class of any code point. */
  static byte of(int codePoint) {
    if (codePoint >= FIRST_ACCENT && codePoint <= LAST_ACCENT) {
      return LATIN; // an accent that stands alone belongs to the Latin letter before it
    }
    if (!Character.isLetter(codePoint)) {
      return NONE;
    }
    return switch (Character.UnicodeScript.of(codePoint)) {
      case LATIN -> LATIN;
      case HAN -> HAN;
      case HIRAGANA, KATAKANA -> KANA;
      case HANGUL -> HANGUL;
      default -> OTHER;
    };
  }

  private static byte[] table() {
    byte[] table = new byte[1 << Character.SIZE];
    for (int c = 0; c < table.length; c++) {
      table[c] = of(c);
    }
    return table;
  }
}
