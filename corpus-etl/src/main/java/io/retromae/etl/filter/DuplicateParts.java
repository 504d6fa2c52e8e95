package io.retromae.etl.filter;

import io.retromae.etl.text.HashCounts;
import io.retromae.etl.text.TextHash;
import io.retromae.etl.text.TextLines;

/**
 * How many lines or paragraphs of a text are copies of earlier ones (Rae et al. 2021,
 * arXiv:2112.11446, table A1). Texts of more than {@value #WINDOW} parts are compared in windows of
 * so many.
 *
 * @param parts lines or paragraphs
 * @param duplicates parts that occurred before
 * @param characters code points of those
 */
record DuplicateParts(long parts, long duplicates, long characters) {
  private static final int WINDOW = 1_000_000;

  /** Share of parts that occurred before. */
  double share() {
    return (double) duplicates / parts;
  }

  /** Paragraphs: what empty lines divide; blanks around the text belong to none. */
  static DuplicateParts paragraphs(String text) {
    int end = TextLines.skipBlanksBack(text, 0, text.length());
    int start = TextLines.skipBlanks(text, 0, end);
    return count(text, start, end, 2);
  }

  /** Lines: what one or more line feeds divide; so there may be empty ones at both ends. */
  static DuplicateParts lines(String text) {
    return count(text, 0, text.length(), 1);
  }

  private static DuplicateParts count(String text, int from, int to, int lineFeeds) {
    HashCounts seen = new HashCounts();
    int parts = 0;
    long duplicates = 0;
    long characters = 0;
    int start = from;
    while (start <= to) {
      int end = endOfPart(text, start, to, lineFeeds);
      if (seen.count(seen.add(TextHash.of(text, start, end), parts)) > 1) {
        duplicates++;
        characters += text.codePointCount(start, end);
      }
      if (++parts % WINDOW == 0) {
        seen.clear();
      }
      start = end + Math.max(1, lineFeedsAt(text, end, to));
    }
    return new DuplicateParts(parts, duplicates, characters);
  }

  private static int endOfPart(String text, int start, int to, int lineFeeds) {
    int end = text.indexOf('\n', start);
    while (end >= 0 && end < to && lineFeedsAt(text, end, to) < lineFeeds) {
      end = text.indexOf('\n', end + 1);
    }
    return end < 0 || end > to ? to : end;
  }

  private static int lineFeedsAt(String text, int i, int to) {
    int end = i;
    while (end < to && text.charAt(end) == '\n') {
      end++;
    }
    return end - i;
  }
}
