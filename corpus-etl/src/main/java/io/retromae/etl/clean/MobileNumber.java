package io.retromae.etl.clean;

/**
 * Chinese mobile numbers: 1, then 3 to 9, then nine digits, in one run or as 3-4-4 with single
 * blanks or hyphens, with or without 86, +86 or 0086 before them.
 */
final class MobileNumber {
  private static final int DIGITS = 11;
  private static final int[] GROUPS = {3, 4, 4};

  private MobileNumber() {}

  /** The number in the run of digits at an index, country code left out; or {@link Span#NONE}. */
  static long at(String text, int start) {
    int run = NumberEdges.digitsEnd(text, start) - start;
    if (run == DIGITS + 2 && text.startsWith("86", start)) {
      return Span.of(start + 2, runEnd(text, start, start + 2));
    }
    if (run == DIGITS + 4 && text.startsWith("0086", start)) {
      return Span.of(start + 4, runEnd(text, start, start + 4));
    }
    if (!startsLikeMobile(text, start)) {
      return Span.NONE;
    }
    int codeStart = countryCodeStart(text, start);
    if (run == DIGITS) {
      return Span.of(start, runEnd(text, codeStart, start));
    }
    return run == GROUPS[0] ? Span.of(start, groupsEnd(text, codeStart, start)) : Span.NONE;
  }

  private static boolean startsLikeMobile(String text, int start) {
    return start + 1 < text.length()
        && text.charAt(start) == '1'
        && text.charAt(start + 1) >= '3'
        && text.charAt(start + 1) <= '9';
  }

  /** Behind eleven digits in one run. */
  private static int runEnd(String text, int whole, int start) {
    int end = start + DIGITS;
    return startsLikeMobile(text, start)
            && NumberEdges.beginsHere(text, whole)
            && NumberEdges.endsHere(text, end)
        ? end
        : -1;
  }

  private static int groupsEnd(String text, int whole, int start) {
    int end = start + GROUPS[0];
    if (end == text.length() || text.charAt(end) != ' ' && text.charAt(end) != '-') {
      return -1;
    }
    char separator = text.charAt(end);
    for (int group = 1; group < GROUPS.length; group++) {
      boolean separated = end < text.length() && text.charAt(end) == separator;
      int next = separated ? NumberEdges.digitsEnd(text, end + 1) : end;
      if (next - end - 1 != GROUPS[group]) {
        return -1;
      }
      end = next;
    }
    boolean inRow = separator == ' ' && (isInRow(text, whole - 1, -1) || isInRow(text, end, 1));
    return !inRow && NumberEdges.beginsHere(text, whole) && NumberEdges.endsHere(text, end)
        ? end
        : -1;
  }

  /** Whether a blank and another number follow, as in the row of a table. */
  private static boolean isInRow(String text, int i, int step) {
    return i >= 0
        && i < text.length()
        && text.charAt(i) == ' '
        && NumberEdges.isDigitAt(text, i + step);
  }

  /** Where +86, 0086 or 86 before the number begins; the number's start if there is none. */
  private static int countryCodeStart(String text, int start) {
    int end = start;
    while (end > 0 && " -)".indexOf(text.charAt(end - 1)) >= 0 && start - end < 2) {
      end--;
    }
    if (end == start || !text.startsWith("86", end - 2)) {
      return start;
    }
    return text.startsWith("0086", end - 4) ? end - 4 : end - 2;
  }
}
