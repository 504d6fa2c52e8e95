package io.retromae.etl.tokenize;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Splits text at sentence ends, English and Chinese rules together: a line feed always ends one;
 * 。！？… and runs of them do outside brackets; . ! ? do before a blank and what may begin a sentence,
 * unless the word is an abbreviation or an initial. Closing quotes and brackets stay with their
 * sentence.
 */
public final class SentenceSplitter {
  private static final String CHINESE_ENDS = "。！？…";
  private static final String LATIN_ENDS = ".!?";
  private static final String CLOSING = "\"'”’」』）)]》】";
  private static final String OPENING_BRACKETS = "（(《「『【[";
  private static final String CLOSING_BRACKETS = "）)》」』】]";

  /** Brackets opened longer ago than this were never closed. */
  private static final int LONGEST_BRACKET = 200;

  /** Longer sentences are cut. */
  private static final int LONGEST_SENTENCE = 1_000;

  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "no", "fig", "figs", "vol", "pp",
          "ed", "eds", "inc", "ltd", "co", "corp", "gen", "col", "capt", "lt", "sgt", "rev", "hon",
          "gov", "sen", "rep", "al", "ca", "cf", "e.g", "i.e", "approx", "dept", "est", "mt",
          "messrs", "mme", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
          "nov", "dec");

  /** Abbreviations that may also end a sentence: only a lower-case word after them says no. */
  private static final Set<String> ABBREVIATIONS_AT_ENDS = Set.of("etc", "a.m", "p.m", "u.s");

  private SentenceSplitter() {}

  /** The sentences of a normalised text, outer blanks removed, none empty. */
  public static List<String> split(String text) {
    List<String> sentences = new ArrayList<>();
    int start = 0;
    int depth = 0;
    int opened = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        add(text, start, i, sentences);
        start = i + 1;
        depth = 0;
        continue;
      }
      if (OPENING_BRACKETS.indexOf(c) >= 0) {
        depth++;
        opened = i;
      } else if (CLOSING_BRACKETS.indexOf(c) >= 0) {
        depth = Math.max(0, depth - 1);
      }
      boolean inBrackets = depth > 0 && i - opened < LONGEST_BRACKET;
      if (isEnd(text, i, inBrackets)) {
        int end = afterClosing(text, i + 1, start);
        depth = 0;
        add(text, start, end, sentences);
        start = end;
        i = end - 1;
      }
    }
    add(text, start, text.length(), sentences);
    return sentences;
  }

  private static boolean isEnd(String text, int i, boolean inBrackets) {
    char c = text.charAt(i);
    char next = i + 1 < text.length() ? text.charAt(i + 1) : '\n';
    if (CHINESE_ENDS.indexOf(c) >= 0) {
      boolean runGoesOn = CHINESE_ENDS.indexOf(next) >= 0 || LATIN_ENDS.indexOf(next) >= 0;
      return !runGoesOn && (!inBrackets || quoteClosesAfter(text, i + 1));
    }
    if (LATIN_ENDS.indexOf(c) < 0 || LATIN_ENDS.indexOf(next) >= 0) {
      return false;
    }
    if (inBrackets && !quoteClosesAfter(text, i + 1)) {
      return false;
    }
    int after = afterClosing(text, i + 1, 0);
    boolean blankFollows = after >= text.length() || Character.isWhitespace(text.charAt(after));
    boolean hanBefore = i > 0 && isHan(text.charAt(i - 1));
    if (!blankFollows) {
      return hanBefore && c != '.';
    }
    if (c == '.') {
      return periodEnds(text, i, after);
    }
    boolean quoted = after > i + 1;
    return !quoted || after + 1 >= text.length() || !Character.isLowerCase(text.charAt(after + 1));
  }

  /** Whether a closing corner quote follows, so that the end inside it is the sentence's too. */
  private static boolean quoteClosesAfter(String text, int i) {
    return i < text.length() && (text.charAt(i) == '」' || text.charAt(i) == '』');
  }

  private static boolean periodEnds(String text, int i, int after) {
    int next = after;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      if (text.charAt(next) == '\n') {
        return true;
      }
      next++;
    }
    if (next >= text.length()) {
      return true;
    }
    char first = text.charAt(next);
    String word = wordBefore(text, i);
    if (Character.isLowerCase(first)) {
      return false;
    }
    if (ABBREVIATIONS_AT_ENDS.contains(word)) {
      return Character.isUpperCase(first);
    }
    boolean initial = word.length() == 1 && i > 0 && Character.isUpperCase(text.charAt(i - 1));
    return !initial && !ABBREVIATIONS.contains(word);
  }

  /** The word that a period follows, inner periods kept, lower-cased. */
  private static String wordBefore(String text, int i) {
    int start = i;
    while (start > 0
        && (Character.isLetter(text.charAt(start - 1)) || text.charAt(start - 1) == '.')) {
      start--;
    }
    return text.substring(start, i).toLowerCase(Locale.ROOT);
  }

  private static int afterClosing(String text, int i, int start) {
    int end = Math.max(i, start);
    while (end < text.length() && CLOSING.indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return end;
  }

  private static boolean isHan(char c) {
    return Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
  }

  private static void add(String text, int start, int end, List<String> sentences) {
    String rest = text.substring(Math.min(start, end), end).strip();
    while (rest.length() > LONGEST_SENTENCE) {
      int cut = cut(rest);
      sentences.add(rest.substring(0, cut).strip());
      rest = rest.substring(cut).strip();
    }
    if (!rest.isEmpty()) {
      sentences.add(rest);
    }
  }

  /** Behind the last comma or blank in reach, or hard. */
  private static int cut(String text) {
    for (int i = LONGEST_SENTENCE - 1; i > LONGEST_SENTENCE / 2; i--) {
      if ("，,；; ".indexOf(text.charAt(i)) >= 0) {
        return i + 1;
      }
    }
    boolean pair = Character.isHighSurrogate(text.charAt(LONGEST_SENTENCE - 1));
    return pair ? LONGEST_SENTENCE - 1 : LONGEST_SENTENCE;
  }
}
