package io.retromae.etl.clean;

/**
 * One line of a web page as {@link C4Quality} judges it.
 *
 * @param text that holds the line, without citations
 * @param start where the line begins in it
 * @param end where the line ends in it
 * @param citations cut out
 * @param words between blanks, citations among them
 * @param longestWord characters (code points) of the longest one
 */
record C4Line(String text, int start, int end, int citations, int words, int longestWord) {
  private static final String[] TERMS = {
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies"
  };

  /** What becomes of a line, or of its page. */
  enum Verdict {
    /** The line stays. */
    KEPT,
    /** The line is cut out. */
    CUT,
    /** The page is dropped: a text that fills space. */
    LOREM_IPSUM,
    /** The page is dropped: code. */
    CURLY_BRACKET;

    /** As reasons are named. */
    String reason() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** The line {@code text[start, end)}, which has no blanks at its ends. */
  static C4Line of(String text, int start, int end) {
    int words = 0;
    int longest = 0;
    for (int i = start; i < end; ) {
      int wordEnd = i;
      while (wordEnd < end && !CharKinds.isSpace(text.charAt(wordEnd))) {
        wordEnd++;
      }
      words++;
      longest = Math.max(longest, text.codePointCount(i, wordEnd));
      i = TextLines.skipBlanks(text, wordEnd, end);
    }
    StringBuilder cut = new StringBuilder();
    int citations = 0;
    int from = start;
    for (int i = text.indexOf('[', start); i >= 0 && i < end; i = text.indexOf('[', i + 1)) {
      int length = citation(text, i, end);
      if (length > 0) {
        cut.append(text, from, i);
        from = i + length;
        citations++;
      }
    }
    if (citations == 0) {
      return new C4Line(text, start, end, 0, words, longest);
    }
    String left = cut.append(text, from, end).toString();
    return new C4Line(left, 0, left.length(), citations, words, longest);
  }

  /** Length of {@code [12]}, {@code [edit]} or {@code [citation needed]}; 0 if there is none. */
  private static int citation(String text, int start, int end) {
    for (String phrase : new String[] {"[edit]", "[citation needed]"}) {
      if (text.startsWith(phrase, start) && start + phrase.length() <= end) {
        return phrase.length();
      }
    }
    int i = start + 1;
    while (i < end && Character.isDigit(text.charAt(i))) {
      i++;
    }
    return i < end && text.charAt(i) == ']' ? i + 1 - start : 0;
  }

  /** Judges the line; the first rule that applies wins. */
  Verdict verdict(C4Quality.Settings limits) {
    if (longestWord > limits.maxWordLength()
        || !endsASentence()
        || words < limits.minWordsPerLine()) {
      return Verdict.CUT;
    }
    if (contains("lorem ipsum")) {
      return Verdict.LOREM_IPSUM;
    }
    if (contains("javascript")) {
      return Verdict.CUT;
    }
    int bracket = text.indexOf('{', start);
    if (bracket >= 0 && bracket < end) {
      return Verdict.CURLY_BRACKET;
    }
    for (String term : TERMS) {
      if (contains(term)) {
        return Verdict.CUT;
      }
    }
    return Verdict.KEPT;
  }

  private boolean endsASentence() {
    return end > start
        && ".?!\"'".indexOf(text.charAt(end - 1)) >= 0
        && !(end - start >= 3 && text.startsWith("...", end - 3));
  }

  /** Whether the line has the phrase, written in small letters or capitals. */
  private boolean contains(String phrase) {
    char first = phrase.charAt(0);
    for (int i = start; i + phrase.length() <= end; i++) {
      if ((text.charAt(i) | ' ') == first
          && text.regionMatches(true, i, phrase, 0, phrase.length())) {
        return true;
      }
    }
    return false;
  }
}
