package io.retromae.etl.tokenize;

import java.util.Locale;
import java.util.Set;

/** English words that a period follows without ending the sentence. */
final class Abbreviations {
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "no", "fig", "figs", "vol", "pp",
          "ed", "eds", "inc", "ltd", "co", "corp", "gen", "col", "capt", "lt", "sgt", "rev", "hon",
          "gov", "sen", "rep", "al", "ca", "cf", "e.g", "i.e", "approx", "dept", "est", "mt",
          "messrs", "mme", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
          "nov", "dec");

  /** Abbreviations that may also end a sentence: only a lower-case word after them says no. */
  private static final Set<String> AT_ENDS = Set.of("etc", "a.m", "p.m", "u.s");

  private static final int LONGEST =
      ABBREVIATIONS.stream().mapToInt(String::length).max().orElseThrow();

  private Abbreviations() {}

  /**
   * Whether the period ends a sentence, as far as the word before it tells.
   *
   * @param period index of the period in the text
   * @param next what begins after the blanks behind it, no lower-case letter
   */
  static boolean allowEnd(String text, int period, char next) {
    int start = wordStart(text, period);
    int length = period - start;
    if (length > LONGEST) {
      return true;
    }
    if (length == 1 && Character.isUpperCase(text.charAt(start))) { // an initial
      return false;
    }
    String word = text.substring(start, period).toLowerCase(Locale.ROOT);
    if (AT_ENDS.contains(word)) {
      return Character.isUpperCase(next);
    }
    return !ABBREVIATIONS.contains(word);
  }

  /** Where the word before a period begins, inner periods being part of it. */
  private static int wordStart(String text, int period) {
    int start = period;
    while (start > 0
        && (Character.isLetter(text.charAt(start - 1)) || text.charAt(start - 1) == '.')) {
      start--;
    }
    return start;
  }
}
