package io.retromae.etl.language;

/**
 * The part of a text that is looked at: all of a short one; of a long one its beginning, middle and
 * end, cut at blanks where there are any near.
 *
 * @param text the whole
 */
record TextSample(String text) {
  /** Longest text that is looked at whole, in chars. */
  static final int WHOLE = 3_072;

  private static final int PARTS = 3;
  private static final int PART = WHOLE / PARTS;
  private static final int LONGEST_WORD = 64;

  /** The sample of a text. */
  static TextSample of(String text) {
    return new TextSample(text);
  }

  /** Gives the parts to a scan, each of about 1,024 chars. */
  void scan(LetterScan scan) {
    if (text.length() <= WHOLE) {
      int from = 0;
      while (from < text.length()) {
        int to = edge(Math.min(text.length(), from + PART));
        scan.scan(text, from, to);
        from = to;
      }
      return;
    }
    for (int i = 0; i < PARTS; i++) {
      int from = (int) ((long) (text.length() - PART) * i / (PARTS - 1));
      scan.scan(text, edge(from), edge(from + PART));
    }
  }

  /** The first blank from here on, or here if there is none near; never inside a pair. */
  private int edge(int from) {
    if (from == 0 || from == text.length()) {
      return from;
    }
    for (int i = from; i < Math.min(text.length(), from + LONGEST_WORD); i++) {
      if (Character.isWhitespace(text.charAt(i))) {
        return i;
      }
    }
    return Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from;
  }
}
