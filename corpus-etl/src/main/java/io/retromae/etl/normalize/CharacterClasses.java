package io.retromae.etl.normalize;

import java.text.Normalizer.Form;
import java.util.BitSet;

/** What normalisation does with each character, as a table. Immutable. */
final class CharacterClasses {
  /** Copied as it is. */
  static final byte PLAIN = 0;

  /** A blank of any width. */
  static final byte BLANK = 1;

  /** LF, CR and Unicode's line ends. */
  static final byte LINE_END = 2;

  /** A control character, which is removed. */
  static final byte CONTROL = 3;

  /** A character without width, which is removed. */
  static final byte INVISIBLE = 4;

  /** Where an HTML entity may begin. */
  static final byte AMPERSAND = 5;

  /** Half of a surrogate pair. */
  static final byte SURROGATE = 6;

  /** A full-width ASCII letter or digit. */
  static final byte FULL_WIDTH = 7;

  /** Copied, but the text's normal form must be looked at. */
  static final byte DOUBTFUL = 8;

  /** A traditional character with one simplified form. */
  static final byte TRADITIONAL = 9;

  /**
   * Without width: soft hyphen, Mongolian vowel separator, zero-width space and joiners, marks of
   * direction, invisible operators, byte order mark, interlinear annotation.
   */
  private static final int[][] INVISIBLE_RANGES = {
    {0x00ad, 0x00ad},
    {0x180e, 0x180e},
    {0x200b, 0x200f},
    {0x202a, 0x202e},
    {0x2060, 0x206f},
    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb}
  };

  private final BitSet doubtful;
  private final byte[] classes = new byte[Character.MAX_VALUE + 1];

  private CharacterClasses(Form form, char[] simplified) {
    doubtful = DoubtfulCharacters.of(form);
    for (int c = 0; c < classes.length; c++) {
      classes[c] = simplified[c] != 0 ? TRADITIONAL : classify((char) c);
    }
  }

  /**
   * The table for a normal form.
   *
   * @param form NFC or NFKC
   * @param simplified the simplified character by traditional one, 0 for characters that stay
   */
  static CharacterClasses of(Form form, char[] simplified) {
    return new CharacterClasses(form, simplified);
  }

  /** Class by char; for reading only. */
  byte[] table() {
    return classes;
  }

  /** Whether a code point makes the normal form doubtful. */
  boolean isDoubtful(int codePoint) {
    return doubtful.get(codePoint);
  }

  private byte classify(char c) {
    if (c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
      return LINE_END;
    }
    if (c == '\t' || Character.getType(c) == Character.SPACE_SEPARATOR) {
      return BLANK;
    }
    if (Character.isISOControl(c)) {
      return CONTROL;
    }
    for (int[] range : INVISIBLE_RANGES) {
      if (c >= range[0] && c <= range[1]) {
        return INVISIBLE;
      }
    }
    if (Character.isSurrogate(c)) {
      return SURROGATE;
    }
    if (doubtful.get(c)) { // under NFKC the full-width letters are among these
      return DOUBTFUL;
    }
    if (c >= '０' && c <= '９' || c >= 'Ａ' && c <= 'Ｚ' || c >= 'ａ' && c <= 'ｚ') {
      return FULL_WIDTH;
    }
    return c == '&' ? AMPERSAND : PLAIN;
  }
}
