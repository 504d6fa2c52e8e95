package io.retromae.etl.text;

/**
 * What kinds a character is of, as bits; those of the basic plane are looked up in a table. The
 * kinds are the classes that the English word rules, {@link EnglishAffixes}, are made of.
 */
public final class CharKinds {
  /** White space, line ends and no-break blanks included. */
  static final int SPACE = 1;

  /** Unicode letter. */
  static final int LETTER = 1 << 1;

  /** Unicode decimal digit. */
  static final int DIGIT = 1 << 2;

  /** Chinese script. */
  static final int HAN = 1 << 3;

  /** Han, kana and East Asian punctuation: a word of its own. */
  static final int ALONE = 1 << 4;

  /** Letter as the word rules mean it: of the scripts that they know, some marks included. */
  static final int ALPHA = 1 << 5;

  /** Lower-case {@link #ALPHA}, or of a script without case. */
  static final int LOWER = 1 << 6;

  /** Upper-case {@link #ALPHA}, or of a script without case. */
  static final int UPPER = 1 << 7;

  /** Split off at both ends of a word. */
  static final int EDGE = 1 << 8;

  /** Split off at the beginning of a word; holds for every {@link #EDGE}. */
  static final int PREFIX = 1 << 9;

  /** A full stop behind it is split off. */
  static final int BEFORE_STOP = 1 << 10;

  /** Quotation mark or bracket that is used like one. */
  static final int QUOTE = 1 << 11;

  /** Pictograph or other symbol: split off everywhere. */
  static final int ICON = 1 << 12;

  /** Punctuation: words of nothing else do not count as words. */
  static final int PUNCTUATION = 1 << 13;

  /** Ends a sentence in some script. */
  public static final int TERMINAL = 1 << 14;

  /** Ends a line. */
  static final int LINE_END = 1 << 15;

  private static final String SPACES =
      "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000";

  private static final String QUOTES = "'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉\u2329\u232a⟦⟧";

  private static final String EDGES = "…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪—–";

  private static final String PREFIXES = "§%=+$£€¥฿₽﷼₴";

  private static final String PUNCTUATION_MARKS =
      "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«´»–—’“”„…∶━►、。〈〉《》「」【】！％（），．１：；？～";

  /** Scripts without case: ranges of first and last character. */
  private static final String UNCASED =
      "\u0591\u05f4\u0620\u064a\u066e\u06d5\u06e5\u06ff\u0750\u077f\u08a0\u08bd\u0900\u09ff"
          + "\u0b80\u0cff\u0d80\u0dff\u1100\u137f\u2e80\u2fdf\u2ff0\u30ff\u31c0\u31ef\u3200\u4dbf"
          + "\u4e00\u9fff\uac00\ud7af\uf900\ufaff\ufb1d\ufbb1\ufbd3\ufd3d\ufd50\ufdc7\ufdf0\ufdfb"
          + "\ufe30\ufe4f\ufe70\ufefc";

  /** Latin, Greek and Cyrillic letters that the rules know. */
  private static final String CASED =
      "AZaz\u00c0\u00d6\u00d8\u00f6\u00f8\u01bf\u01c4\u02af\u0386\u0386\u0388\u038a\u038c\u038c"
          + "\u038e\u038f\u0391\u03a9\u03ac\u03af\u03b1\u03c9\u03cc\u03ce\u0400\u0401\u0403\u040a"
          + "\u040c\u040d\u0410\u0451\u0453\u045a\u045c\u045d\u0490\u0491\u0496\u0497\u04a2\u04a3"
          + "\u04ae\u04af\u04ba\u04bb\u04d8\u04d9\u04e8\u04e9\u1d00\u1d25\u1d6b\u1d77\u1d79\u1d9a"
          + "\u1e00\u1eff\u2c60\u2c7b\u2c7e\u2c7f\ua722\ua76f\ua771\ua787\ua78b\ua78e\ua790\ua7b9"
          + "\ua7fa\ua7fa\uab30\uab5a\uab60\uab64\uff21\uff3a\uff41\uff5a";

  /** East Asian punctuation. */
  private static final String WIDE_SIGNS =
      "\u3001\u303f\ufe30\ufe4f\uff01\uff0f\uff1a\uff20\uff3b\uff40\uff5b\uff65";

  /** Ends of sentences: Unicode's property Sentence_Terminal, basic plane. */
  private static final String TERMINALS =
      "!!..??\u0589\u0589\u061d\u061f\u06d4\u06d4\u0700\u0702\u07f9\u07f9\u0837\u0837\u0839\u0839"
          + "\u083d\u083e\u0964\u0965\u104a\u104b\u1362\u1362\u1367\u1368\u166e\u166e\u1735\u1736"
          + "\u17d4\u17d6\u17d9\u17da\u1803\u1803\u1809\u1809\u1944\u1945\u1aa8\u1aab\u1b5a\u1b5b"
          + "\u1b5e\u1b5f\u1b7d\u1b7e\u1c3b\u1c3c\u1c7e\u1c7f\u203c\u203d\u2047\u2049\u2e2e\u2e2e"
          + "\u2e3c\u2e3c\u2e53\u2e54\u3002\u3002\ua4ff\ua4ff\ua60e\ua60f\ua6f3\ua6f3\ua6f7\ua6f7"
          + "\ua876\ua877\ua8ce\ua8cf\ua92f\ua92f\ua9c8\ua9c9\uaa5d\uaa5f\uaaf0\uaaf1\uabeb\uabeb"
          + "\ufe52\ufe52\ufe56\ufe57\uff01\uff01\uff0e\uff0e\uff1f\uff1f\uff61\uff61";

  /** The same beyond the basic plane: first and last of each range. */
  private static final int[] RARE_TERMINALS = {
    0x10a56, 0x10a57, 0x10f55, 0x10f59, 0x10f86, 0x10f89, 0x11047, 0x11048, 0x110be, 0x110c1,
    0x11141, 0x11143, 0x111c5, 0x111c6, 0x111cd, 0x111cd, 0x111de, 0x111df, 0x11238, 0x11239,
    0x1123b, 0x1123c, 0x112a9, 0x112a9, 0x1144b, 0x1144c, 0x115c2, 0x115c3, 0x115c9, 0x115d7,
    0x11641, 0x11642, 0x1173c, 0x1173e, 0x11944, 0x11944, 0x11946, 0x11946, 0x11a42, 0x11a43,
    0x11a9b, 0x11a9c, 0x11c41, 0x11c42, 0x11ef7, 0x11ef8, 0x11f43, 0x11f44, 0x16a6e, 0x16a6f,
    0x16af5, 0x16af5, 0x16b37, 0x16b38, 0x16b44, 0x16b44, 0x16e98, 0x16e98, 0x1bc9f, 0x1bc9f,
    0x1da88, 0x1da88
  };

  private static final char[] TABLE = table();

  private CharKinds() {}

  /** Kinds of a UTF-16 unit; none for half a surrogate pair. */
  static int of(char c) {
    return TABLE[c];
  }

  /** Kinds of a code point. */
  public static int of(int c) {
    return c < TABLE.length ? TABLE[c] : unicodeKinds(c) | rareTerminal(c);
  }

  /** Whether it is white space. */
  public static boolean isSpace(char c) {
    return (TABLE[c] & SPACE) != 0;
  }

  private static char[] table() {
    char[] table = new char[1 << 16];
    for (int c = 0; c < table.length; c++) {
      table[c] = Character.isSurrogate((char) c) ? 0 : (char) unicodeKinds(c);
    }
    addRanges(table, UNCASED, ALPHA | LOWER | UPPER);
    addRanges(table, CASED, ALPHA);
    for (int c = 0; c < table.length; c++) {
      table[c] |= (table[c] & ALPHA) != 0 ? caseOf(c) : 0;
    }
    addRanges(table, "\u3041\u30ff\u31f0\u31ff\uff66\uff9f", ALONE);
    addRanges(table, WIDE_SIGNS, ALONE);
    addRanges(table, TERMINALS, TERMINAL | PUNCTUATION);
    addRanges(table, "\0\b\u000b\u001f\u007f\u009f", PUNCTUATION);
    addRanges(table, "\u2000\u200a", SPACE);
    addRanges(table, "\u20a0\u20bf", PREFIX);
    addRanges(table, "09", BEFORE_STOP);
    add(table, SPACES, SPACE);
    add(table, "\n\u000b\f\r\u001c\u001d\u001e\u0085\u2028\u2029", LINE_END);
    add(table, QUOTES, QUOTE | EDGE | PREFIX | BEFORE_STOP);
    add(table, EDGES, EDGE | PREFIX);
    add(table, EDGES.substring(0, EDGES.indexOf('—')) + "|%²-+", BEFORE_STOP);
    add(table, PREFIXES, PREFIX);
    add(table, PUNCTUATION_MARKS, PUNCTUATION);
    for (int c = 0; c < table.length; c++) {
      table[c] |= (table[c] & LOWER) != 0 ? BEFORE_STOP : 0;
    }
    return table;
  }

  private static int unicodeKinds(int c) {
    int kinds = Character.isLetter(c) ? LETTER : 0;
    kinds |= Character.isDigit(c) ? DIGIT : 0;
    kinds |= Words.isHanCharacter(c) ? HAN | ALONE : 0;
    kinds |= Character.getType(c) == Character.OTHER_SYMBOL ? ICON | EDGE | PREFIX : 0;
    return kinds;
  }

  private static int rareTerminal(int c) {
    for (int i = 0; i < RARE_TERMINALS.length; i += 2) {
      if (c >= RARE_TERMINALS[i] && c <= RARE_TERMINALS[i + 1]) {
        return TERMINAL | PUNCTUATION;
      }
    }
    return 0;
  }

  private static int caseOf(int c) {
    return switch (Character.getType(c)) {
      case Character.LOWERCASE_LETTER -> LOWER;
      case Character.UPPERCASE_LETTER -> UPPER;
      default -> 0;
    };
  }

  private static void addRanges(char[] table, String ranges, int kinds) {
    for (int i = 0; i < ranges.length(); i += 2) {
      for (int c = ranges.charAt(i); c <= ranges.charAt(i + 1); c++) {
        table[c] |= kinds;
      }
    }
  }

  private static void add(char[] table, String characters, int kinds) {
    for (int i = 0; i < characters.length(); i++) {
      table[characters.charAt(i)] |= kinds;
    }
  }
}
