package io.retromae.etl.decontaminate;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Where the sentences of a text are. */
@FunctionalInterface
public interface SentenceSpans {
  /** Start and end of each sentence in turn, ascending, none empty. */
  int[] of(String text);

  /**
   * Spans from the sentences themselves.
   *
   * @param split gives a text's sentences in order, each a piece of the text as it stands
   */
  static SentenceSpans from(Function<String, List<String>> split) {
    return text -> {
      int[] spans = new int[16];
      int size = 0;
      int from = 0;
      for (String sentence : split.apply(text)) {
        if (size == spans.length) {
          spans = Arrays.copyOf(spans, 2 * size);
        }
        int start = text.indexOf(sentence, from);
        from = start + sentence.length();
        spans[size++] = start;
        spans[size++] = from;
      }
      return Arrays.copyOf(spans, size);
    };
  }
}
