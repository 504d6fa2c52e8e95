package io.retromae.etl.pii;

/** Where numbers begin and end in a text; letters and digits are those of ASCII. */
final class NumberEdges {
  private NumberEdges() {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  static boolean isWordCharacter(char c) {
    return isDigit(c) || isLetter(c) || c == '_';
  }

  /** Whether a digit stands at an index, which may lie outside of the text. */
  static boolean isDigitAt(String text, int i) {
    return i >= 0 && i < text.length() && isDigit(text.charAt(i));
  }

  /** Index behind the digits that begin at an index. */
  static int digitsEnd(String text, int start) {
    int end = start;
    while (isDigitAt(text, end)) {
      end++;
    }
    return end;
  }

  /**
   * Index behind the digits that begin at an index; looks no further than at {@code most} of them.
   */
  static int digitsEnd(String text, int start, int most) {
    int end = start;
    while (end - start < most && isDigitAt(text, end)) {
      end++;
    }
    return end;
  }

  /** Whether no word and no longer number reaches up to the index. */
  static boolean beginsHere(String text, int start) {
    if (start == 0) {
      return true;
    }
    char before = text.charAt(start - 1);
    boolean joins = before == '.' || before == '-';
    return !isWordCharacter(before) && !(joins && isDigitAt(text, start - 2));
  }

  /** Whether no word, address or longer number goes on at the index. */
  static boolean endsHere(String text, int end) {
    if (end == text.length()) {
      return true;
    }
    char next = text.charAt(end);
    boolean joins = next == '.' || next == '-';
    return !isWordCharacter(next) && next != '@' && !(joins && isDigitAt(text, end + 1));
  }
}
