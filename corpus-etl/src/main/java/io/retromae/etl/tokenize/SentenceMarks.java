package io.retromae.etl.tokenize;

/** Characters that matter to sentence ends, as flags in a table: one look-up for each character. */
final class SentenceMarks {
  private static final int LINE_FEED = 1;
  private static final int CHINESE_END = 2;
  private static final int LATIN_END = 4;
  private static final int OPENING_BRACKET = 8;
  private static final int CLOSING_BRACKET = 16;

  /** Quotes and brackets that stay with the sentence before them. */
  private static final int CLOSING = 32;

  private static final int HAN = 64;
  private static final int END = CHINESE_END | LATIN_END;
  private static final int WORTH_A_LOOK = LINE_FEED | END | OPENING_BRACKET | CLOSING_BRACKET;

  private static final byte[] FLAGS = new byte[1 << Character.SIZE];

  static {
    for (int c = 0; c < FLAGS.length; c++) {
      FLAGS[c] = Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN ? (byte) HAN : 0;
    }
    mark("\n", LINE_FEED);
    mark("。！？…", CHINESE_END);
    mark(".!?", LATIN_END);
    mark("（(《「『【[", OPENING_BRACKET);
    mark("）)》」』】]", CLOSING_BRACKET);
    mark("\"'”’」』）)]》】", CLOSING);
  }

  private SentenceMarks() {}

  private static void mark(String characters, int flag) {
    for (char c : characters.toCharArray()) {
      FLAGS[c] |= (byte) flag;
    }
  }

  private static boolean is(char c, int flags) {
    return (FLAGS[c] & flags) != 0;
  }

  /** The next place, from one on, that may end a sentence or changes what may; else the length. */
  static int next(String text, int from) {
    int i = from;
    while (i < text.length() && !is(text.charAt(i), WORTH_A_LOOK)) {
      i++;
    }
    return i;
  }

  static boolean isChineseEnd(char c) {
    return is(c, CHINESE_END);
  }

  static boolean isLatinEnd(char c) {
    return is(c, LATIN_END);
  }

  static boolean isEnd(char c) {
    return is(c, END);
  }

  static boolean isOpeningBracket(char c) {
    return is(c, OPENING_BRACKET);
  }

  static boolean isClosing(char c) {
    return is(c, CLOSING);
  }

  static boolean isHan(char c) {
    return is(c, HAN);
  }
}
