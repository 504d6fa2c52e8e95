package io.retromae.etl.clean;

/** E-mail addresses as people write them: {@code local@label.label.tld} in ASCII. */
final class EmailAddress {
  private static final int LONGEST_LOCAL_PART = 64;
  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST_TOP_LABEL = 24;

  private EmailAddress() {}

  /**
   * The address around an at sign.
   *
   * @param from the address must not begin before this index
   * @return its span, or {@link Span#NONE}
   */
  static long around(String text, int at, int from) {
    int start = at;
    int first = Math.max(from, at - LONGEST_LOCAL_PART);
    while (start > first && isLocal(text.charAt(start - 1))) {
      start--;
    }
    while (start < at && !NumberEdges.isWordCharacter(text.charAt(start))) {
      start++;
    }
    if (start == at || text.charAt(at - 1) == '.') {
      return Span.NONE;
    }
    return Span.of(start, domainEnd(text, at + 1));
  }

  private static boolean isLocal(char c) {
    return NumberEdges.isWordCharacter(c) || c == '.' || c == '-' || c == '+' || c == '%';
  }

  /** Behind the last label that can be a top-level one; -1 if there is none. */
  private static int domainEnd(String text, int start) {
    int end = -1;
    int label = start;
    while (true) {
      int stop = labelEnd(text, label);
      boolean wellFormed =
          stop > label && stop - label <= LONGEST_LABEL && text.charAt(stop - 1) != '-';
      if (!wellFormed) {
        return end;
      }
      if (label > start && isTopLabel(text, label, stop)) {
        end = stop;
      }
      if (stop == text.length() || text.charAt(stop) != '.') {
        return end;
      }
      label = stop + 1;
    }
  }

  private static int labelEnd(String text, int start) {
    int end = start;
    while (end < text.length()) {
      char c = text.charAt(end);
      boolean inside = NumberEdges.isDigit(c) || NumberEdges.isLetter(c) || c == '-' && end > start;
      if (!inside) {
        return end;
      }
      end++;
    }
    return end;
  }

  private static boolean isTopLabel(String text, int start, int end) {
    if (end - start < 2 || end - start > LONGEST_TOP_LABEL) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (!NumberEdges.isLetter(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
