package io.retromae.etl.pii;

/**
 * E-mail addresses that hide from programs: {@code jane [at] example [dot] org}, {@code
 * jane(at)example.org}. Only signs in brackets count; {@code at} alone is a word.
 */
final class SpelledOutAddress {
  private static final int LONGEST_PART = 63;
  private static final int MOST_PARTS = 8;

  private SpelledOutAddress() {}

  /**
   * The address whose at sign, in brackets, begins at an index.
   *
   * @param from the address must not begin before this index
   * @return its span, or {@link Span#NONE}
   */
  static long around(String text, int bracket, int from) {
    int behindAt = behind(text, bracket, "at");
    int localEnd = bracket > from && text.charAt(bracket - 1) == ' ' ? bracket - 1 : bracket;
    int start = localStart(text, localEnd, from);
    if (behindAt < 0 || start == localEnd) {
      return Span.NONE;
    }
    int label = skipBlank(text, behindAt);
    int end = -1;
    for (int part = 0; part < MOST_PARTS; part++) {
      int stop = partEnd(text, label);
      if (stop == label) {
        return Span.of(start, end);
      }
      if (part > 0 && TopDomains.contains(text.substring(label, stop))) {
        end = stop;
      }
      label = behindDot(text, stop);
      if (label < 0) {
        return Span.of(start, end);
      }
    }
    return Span.of(start, end);
  }

  private static int localStart(String text, int end, int from) {
    int start = end;
    int first = Math.max(from, end - LONGEST_PART);
    while (start > first && (isPart(text.charAt(start - 1)) || text.charAt(start - 1) == '.')) {
      start--;
    }
    return start;
  }

  private static int partEnd(String text, int start) {
    int end = start;
    int to = Math.min(text.length(), start + LONGEST_PART);
    while (end < to && isPart(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isPart(char c) {
    return NumberEdges.isWordCharacter(c) || c == '-';
  }

  /** Behind a full stop, or the word for one in brackets with a blank at each side or none. */
  private static int behindDot(String text, int stop) {
    if (stop < text.length() && text.charAt(stop) == '.') {
      return stop + 1;
    }
    int behind = behind(text, skipBlank(text, stop), "dot");
    return behind < 0 ? -1 : skipBlank(text, behind);
  }

  /** Behind {@code [word]}, {@code (word)} or {@code {word}}; -1 if something else is there. */
  private static int behind(String text, int bracket, String word) {
    int kind = bracket < text.length() ? "[({".indexOf(text.charAt(bracket)) : -1;
    int close = bracket + 1 + word.length();
    boolean fits =
        kind >= 0
            && close < text.length()
            && text.regionMatches(true, bracket + 1, word, 0, word.length())
            && text.charAt(close) == "])}".charAt(kind);
    return fits ? close + 1 : -1;
  }

  private static int skipBlank(String text, int i) {
    return i < text.length() && text.charAt(i) == ' ' ? i + 1 : i;
  }
}
