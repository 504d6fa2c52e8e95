package io.retromae.embed.task;

/** Blanks as Python's {@code str.strip} takes them away. */
final class PythonBlanks {
  private PythonBlanks() {}

  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Java's own leave out the blanks that do not break a line, and U+0085. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
