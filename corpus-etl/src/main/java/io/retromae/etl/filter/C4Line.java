package io.retromae.etl.filter;

import io.retromae.etl.text.CharKinds;
import io.retromae.etl.text.TextLines;
import java.util.Locale;

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
  private static final int LOREM = 1;
  private static final int JAVASCRIPT = 2;
  private static final int BRACKET = 4;
  private static final int POLICY = 8;

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
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The line {@code text[start, end)}, which has no blanks at its ends. */
  static C4Line of(String text, int start, int end) {
    int words = 0;
    int longest = 0;
    for (int word = start; word < end; ) {
      int wordEnd = word;
      while (wordEnd < end && !CharKinds.isSpace(text.charAt(wordEnd))) {
        wordEnd++;
      }
      words++;
      longest = Math.max(longest, text.codePointCount(word, wordEnd));
      word = TextLines.skipBlanks(text, wordEnd, end);
    }
    StringBuilder cut = new StringBuilder();
    int citations = 0;
    int from = start;
    int i = TextLines.indexOf(text, '[', start, end);
    while (i < end) {
      int length = citation(text, i, end);
      if (length > 0) {
        cut.append(text, from, i);
        from = i + length;
        citations++;
      }
      i = TextLines.indexOf(text, '[', i + 1, end);
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
    int found = phrases();
    if ((found & LOREM) != 0) {
      return Verdict.LOREM_IPSUM;
    }
    if ((found & JAVASCRIPT) != 0) {
      return Verdict.CUT;
    }
    if ((found & BRACKET) != 0) {
      return Verdict.CURLY_BRACKET;
    }
    return (found & POLICY) != 0 ? Verdict.CUT : Verdict.KEPT;
  }

  /** Which kinds of phrases the line has, in small letters or capitals. */
  private int phrases() {
    int found = 0;
    for (int i = start; i < end; i++) {
      found |=
          switch (text.charAt(i)) {
            case '{' -> BRACKET;
            case 'l', 'L' -> has(i, "lorem ipsum") ? LOREM : 0;
            case 'j', 'J' -> has(i, "javascript") ? JAVASCRIPT : 0;
            case 't', 'T' -> has(i, "terms of use") ? POLICY : 0;
            case 'p', 'P' -> has(i, "privacy policy") ? POLICY : 0;
            case 'c', 'C' -> has(i, "cookie policy") ? POLICY : 0;
            case 'u', 'U' ->
                has(i, "use cookies") || has(i, "uses cookies") || has(i, "use of cookies")
                    ? POLICY
                    : 0;
            default -> 0;
          };
    }
    return found;
  }

  private boolean has(int i, String phrase) {
    return i + phrase.length() <= end
        && (text.charAt(i + 1) | ' ') == phrase.charAt(1)
        && text.regionMatches(true, i, phrase, 0, phrase.length());
  }

  private boolean endsASentence() {
    return end > start
        && ".?!\"'".indexOf(text.charAt(end - 1)) >= 0
        && !(end - start >= 3 && text.startsWith("...", end - 3));
  }
}
