package io.retromae.etl.clean;

/** What kind of character each UTF-16 unit is, looked up in one byte. */
final class CharKinds {
  private static final String SPACES =
      "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000";

  private CharKinds() {}

  /** Whether it is white space, line ends and no-break blanks included. */
  static boolean isSpace(char c) {
    return c <= ' ' ? SPACES.indexOf(c) >= 0 : c >= 0x85 && isRareSpace(c);
  }

  private static boolean isRareSpace(char c) {
    return c >= 0x2000 && c <= 0x200a || SPACES.indexOf(c) >= 0;
  }
}
