package io.retromae.etl.source;

import java.io.IOException;

/** How the records of a file lie in it, told by its first bytes. */
enum Layout {
  /** One a line. */
  LINES,
  /** Elements of an array. */
  ARRAY;

  /** Bytes of a byte order mark. */
  static final int MARK_BYTES = 3;

  private static final int MOST_BLANKS = 1 << 20;
  private static final String[] RECORDS = {"{", "\"RECORDS\"", ":", "["};

  /**
   * Looks at the beginning of a file. A byte order mark is taken, and an array's opening bracket;
   * nothing else is.
   */
  static Layout detect(ByteWindow window, Format format) throws IOException {
    if (window.peek(0) == 0xEF && window.peek(1) == 0xBB && window.peek(2) == 0xBF) {
      window.position += MARK_BYTES;
    }
    window.beginRecord();
    if (format != Format.WUDAO) {
      return LINES;
    }
    int at = skipBlanks(window, 0);
    int inside = window.peek(at) == '[' ? at + 1 : insideRecords(window, at);
    window.position += inside;
    window.beginRecord();
    return inside > 0 ? ARRAY : LINES;
  }

  /** Bytes up to the first element of {@code {"RECORDS": [...]}}; 0 if it is none. */
  private static int insideRecords(ByteWindow window, int from) throws IOException {
    int at = from;
    for (String token : RECORDS) {
      at = skipBlanks(window, at);
      for (int i = 0; i < token.length(); i++) {
        if (window.peek(at++) != token.charAt(i)) {
          return 0;
        }
      }
    }
    return at;
  }

  private static int skipBlanks(ByteWindow window, int from) throws IOException {
    int at = from;
    while (at < MOST_BLANKS && ArrayCutter.isBlank(window.peek(at))) {
      at++;
    }
    return at;
  }
}
