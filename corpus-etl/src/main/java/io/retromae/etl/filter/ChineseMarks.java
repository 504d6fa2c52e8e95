package io.retromae.etl.filter;

import io.retromae.etl.text.CharKinds;
import io.retromae.etl.text.Words;

/**
 * Lines and marks of a Chinese text.
 *
 * @param lines that are not blank
 * @param endedLines lines that end in a sentence's mark
 * @param lineFeeds all
 * @param terminals marks that end a sentence or a clause
 * @param brackets 【 and 】
 */
record ChineseMarks(long lines, long endedLines, long lineFeeds, long terminals, long brackets) {
  /** End a sentence at the end of a line. An ellipsis does not: the line was cut there. */
  private static final String SENTENCE_ENDS = "。！？!?.．｡﹒﹗⁇⁈⁉";

  /** Marks inside a running text: a line that ends in one goes on. */
  private static final String PAUSES = "，,、；;：:…—～~";

  /** Signs that may follow the mark. */
  private static final String CLOSERS = "”’」』）)》〉】］]\"'";

  /** Counts. */
  static ChineseMarks of(String text) {
    long lines = 0;
    long endedLines = 0;
    long lineFeeds = 0;
    long terminals = 0;
    long brackets = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '\n';
      if (c == '\n') {
        lineFeeds += i < text.length() ? 1 : 0;
        lines += isBlank(text, start, i) ? 0 : 1;
        endedLines += endsSentence(text, start, i) ? 1 : 0;
        start = i + 1;
      } else {
        terminals += isTerminal(text, i, c) ? 1 : 0;
        brackets += c == '【' || c == '】' ? 1 : 0;
      }
    }
    return new ChineseMarks(lines, endedLines, lineFeeds, terminals, brackets);
  }

  /** A point ends a sentence behind a Han character, as some write, but not inside numbers. */
  private static boolean isTerminal(String text, int i, char c) {
    return switch (c) {
      case '。', '！', '？', '；', '…', '!', '?', ';', '．', '｡' -> true;
      case '.' -> i > 0 && Words.isHanCharacter(text.charAt(i - 1));
      default -> false;
    };
  }

  /** Whether a line ends in a sentence's mark; closing quotes and brackets may follow it. */
  private static boolean endsSentence(String text, int from, int to) {
    int last = last(text, from, to);
    return last >= from && SENTENCE_ENDS.indexOf(text.charAt(last)) >= 0;
  }

  /** Whether a line ends in a mark at all, as running text does, verse too. */
  static boolean endsInMark(String text, int from, int to) {
    int last = last(text, from, to);
    return last >= from
        && (SENTENCE_ENDS.indexOf(text.charAt(last)) >= 0
            || PAUSES.indexOf(text.charAt(last)) >= 0);
  }

  /** Whether a line has nothing but blanks. */
  static boolean isBlank(String text, int from, int to) {
    return endWithoutBlanks(text, from, to) == from;
  }

  /** Index of the last char that is neither blank nor closing sign. */
  private static int last(String text, int from, int to) {
    int end = endWithoutBlanks(text, from, to);
    while (end > from && CLOSERS.indexOf(text.charAt(end - 1)) >= 0) {
      end = endWithoutBlanks(text, from, end - 1);
    }
    return end - 1;
  }

  private static int endWithoutBlanks(String text, int from, int to) {
    int end = to;
    while (end > from && CharKinds.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }
}
