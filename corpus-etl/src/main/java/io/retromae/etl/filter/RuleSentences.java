package io.retromae.etl.filter;

import io.retromae.etl.text.CharKinds;
import io.retromae.etl.text.Words;

/**
 * Counts sentences by the simple rule of spaCy's sentencizer: a sentence ends with the punctuation
 * marks that follow a terminal one. Made for limits on the number of sentences, not for splitting.
 */
final class RuleSentences {
  private static final int PUNCTUATION =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION;

  private RuleSentences() {}

  /** Sentences in the words [from, to); 0 only if there are none. */
  static int count(Words words, int from, int to) {
    int sentences = from < to ? 1 : 0;
    boolean ended = false;
    for (int i = from; i < to; i++) {
      boolean terminal = isTerminal(words, i);
      if (ended && (!terminal && !isPunctuation(words, i) || wideGap(words, i))) {
        sentences++;
        ended = false;
      }
      ended |= terminal;
    }
    return sentences;
  }

  private static boolean isTerminal(Words words, int word) {
    return words.codePoints(word) == 1
        && (CharKinds.of(words.text().codePointAt(words.start(word))) & CharKinds.TERMINAL) != 0;
  }

  private static boolean isPunctuation(Words words, int word) {
    int i = words.start(word);
    while (i < words.end(word)) {
      int c = words.text().codePointAt(i);
      if ((PUNCTUATION >> Character.getType(c) & 1) == 0) {
        return false;
      }
      i += Character.charCount(c);
    }
    return true;
  }

  /** More than one blank before the word: the reference takes that for a word. */
  private static boolean wideGap(Words words, int word) {
    int gap = words.start(word) - words.end(word - 1);
    return gap > 1 || gap == 1 && words.text().charAt(words.end(word - 1)) != ' ';
  }
}
