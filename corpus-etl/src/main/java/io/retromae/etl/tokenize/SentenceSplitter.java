package io.retromae.etl.tokenize;

import io.retromae.core.vocab.IdBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits text at sentence ends, English and Chinese rules together: a line feed always ends one;
 * 。！？… and runs of them do outside brackets; . ! ? do before a blank and what may begin a sentence,
 * unless the word is an abbreviation or an initial. Closing quotes and brackets stay with their
 * sentence. Time is linear in the text, whatever it holds.
 */
public final class SentenceSplitter {
  /** Brackets opened longer ago than this were never closed. */
  private static final int LONGEST_BRACKET = 200;

  /** Longer sentences are cut. */
  private static final int LONGEST_SENTENCE = 1_000;

  private final String text;
  private final SpanSink sink;
  private int depth;
  private int opened;

  private SentenceSplitter(String text, SpanSink sink) {
    this.text = text;
    this.sink = sink;
  }

  /** Takes sentences as places in the text. */
  @FunctionalInterface
  public interface SpanSink {
    /** The next sentence, [start, end) in UTF-16 units; not empty, no outer blanks. */
    void span(int start, int end);
  }

  /** The sentences of a normalised text, outer blanks removed, none empty. */
  public static List<String> split(String text) {
    List<String> sentences = new ArrayList<>();
    spans(text, (start, end) -> sentences.add(text.substring(start, end)));
    return sentences;
  }

  /** Start and end of each sentence in turn, as {@link #spans(String, SpanSink)} tells them. */
  public static int[] spans(String text) {
    IdBuffer spans = new IdBuffer();
    spans(
        text,
        (start, end) -> {
          spans.add(start);
          spans.add(end);
        });
    return spans.toArray();
  }

  /**
   * Gives the sentences of a normalised text to a sink, in order; only blanks are between them.
   *
   * @param text any text; made no copy of
   */
  public static void spans(String text, SpanSink sink) {
    new SentenceSplitter(text, sink).run();
  }

  private void run() {
    int start = 0;
    int i = SentenceMarks.next(text, 0);
    while (i < text.length()) {
      char c = text.charAt(i);
      int next = i + 1;
      if (c == '\n') {
        depth = 0;
        add(start, i);
        start = next;
      } else if (SentenceMarks.isEnd(c)) {
        if (isEnd(c, i)) {
          depth = 0;
          next = afterClosing(i + 1);
          add(start, next);
          start = next;
        }
      } else if (SentenceMarks.isOpeningBracket(c)) {
        depth++;
        opened = i;
      } else {
        depth = Math.max(0, depth - 1);
      }
      i = SentenceMarks.next(text, next);
    }
    add(start, text.length());
  }

  private boolean isEnd(char c, int i) {
    char next = i + 1 < text.length() ? text.charAt(i + 1) : '\n';
    boolean inBrackets = depth > 0 && i - opened < LONGEST_BRACKET && !isCornerQuote(next);
    if (SentenceMarks.isChineseEnd(c)) {
      return !inBrackets && !SentenceMarks.isEnd(next); // a run ends where its last mark is
    }
    return !inBrackets && !SentenceMarks.isLatinEnd(next) && latinEnds(c, i);
  }

  /** A closing corner quote: the end inside it is the sentence's too. */
  private static boolean isCornerQuote(char c) {
    return c == '」' || c == '』';
  }

  private boolean latinEnds(char c, int i) {
    int after = afterClosing(i + 1);
    boolean blankFollows = after == text.length() || Character.isWhitespace(text.charAt(after));
    if (!blankFollows) {
      return c != '.' && i > 0 && SentenceMarks.isHan(text.charAt(i - 1));
    }
    if (c == '.') {
      return periodEnds(i, after);
    }
    boolean quoted = after > i + 1;
    return !quoted || after + 1 >= text.length() || !Character.isLowerCase(text.charAt(after + 1));
  }

  private boolean periodEnds(int i, int after) {
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
    return !Character.isLowerCase(first) && Abbreviations.allowEnd(text, i, first);
  }

  private int afterClosing(int i) {
    int end = i;
    while (end < text.length() && SentenceMarks.isClosing(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Gives a sentence to the sink without its outer blanks, in pieces if it is too long. */
  private void add(int from, int to) {
    int end = withoutBlanks(from, to);
    int start = skipBlanks(from, end);
    while (end - start > LONGEST_SENTENCE) {
      int cut = cut(start);
      sink.span(start, withoutBlanks(start, cut));
      start = skipBlanks(cut, end);
    }
    if (start < end) {
      sink.span(start, end);
    }
  }

  private int skipBlanks(int from, int end) {
    int start = from;
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    return start;
  }

  private int withoutBlanks(int start, int to) {
    int end = to;
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  /** Behind the last comma or blank in reach, or hard. */
  private int cut(int start) {
    for (int i = LONGEST_SENTENCE - 1; i > LONGEST_SENTENCE / 2; i--) {
      if ("，,；; ".indexOf(text.charAt(start + i)) >= 0) {
        return start + i + 1;
      }
    }
    int last = start + LONGEST_SENTENCE - 1;
    return Character.isHighSurrogate(text.charAt(last)) ? last : last + 1;
  }
}
