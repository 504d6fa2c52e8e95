package io.retromae.etl.text;

/**
 * Lines of a text, found one after the other: {@code for (int start = 0; start < text.length();
 * start = next(text, end(text, start)))}. Any Unicode line end ends one; nothing follows the last.
 */
public final class TextLines {
  private TextLines() {}

  /** Where the line that begins at start ends, its line end left out. */
  public static int end(String text, int start) {
    int end = start;
    while (end < text.length() && (CharKinds.of(text.charAt(end)) & CharKinds.LINE_END) == 0) {
      end++;
    }
    return end;
  }

  /** Where the line after the one that ends at end begins. */
  public static int next(String text, int end) {
    return text.startsWith("\r\n", end) ? end + 2 : end + 1;
  }

  /** First index of a character in [start, end); end if it is not there. Never looks further. */
  public static int indexOf(String text, char c, int start, int end) {
    int i = start;
    while (i < end && text.charAt(i) != c) {
      i++;
    }
    return i;
  }

  /** First index in [start, end) that is no white space; end if there is none. */
  public static int skipBlanks(String text, int start, int end) {
    int i = start;
    while (i < end && CharKinds.isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Index behind the last in [start, end) that is no white space; start if there is none. */
  public static int skipBlanksBack(String text, int start, int end) {
    int i = end;
    while (i > start && CharKinds.isSpace(text.charAt(i - 1))) {
      i--;
    }
    return i;
  }
}
