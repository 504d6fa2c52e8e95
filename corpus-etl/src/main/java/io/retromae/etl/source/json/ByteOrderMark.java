package io.retromae.etl.source.json;

import java.io.IOException;

/** U+FEFF in UTF-8, which editors put before a file; files joined one behind another keep it. */
final class ByteOrderMark {
  private static final int BYTES = 3;

  private ByteOrderMark() {}

  private static boolean isNext(ByteWindow window) throws IOException {
    return window.peek(0) == 0xEF && window.peek(1) == 0xBB && window.peek(2) == 0xBF;
  }

  /** Goes behind all marks that come next; a record begins there. */
  static void skip(ByteWindow window) throws IOException {
    window.beginRecord();
    while (isNext(window)) {
      window.position += BYTES;
      window.beginRecord();
    }
  }

  /** Goes behind all marks and blanks that come next, and holds none of them. */
  static void skipWithBlanks(ByteWindow window) throws IOException {
    skip(window);
    while (ArrayCutter.isBlank(window.peek(0))) {
      window.position++;
      skip(window);
    }
  }
}
