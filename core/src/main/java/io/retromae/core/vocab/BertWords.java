package io.retromae.core.vocab;

import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * BERT's clean-up and word split, before any vocabulary: controls dropped, ideographs and
 * punctuation alone, the rest at blanks, by {@link WordRules}. One thread at a time.
 */
public final class BertWords {
  private static final int BMP = 0x10000;

  private final WordRules rules;
  private final int[] actions;
  private final String[] expanded = new String[BMP];
  private char[] text = new char[1_024];
  private char[] word = new char[256];
  private int length;

  /** A splitter by these rules. */
  public BertWords(WordRules rules) {
    this.rules = rules;
    this.actions = BertAlphabet.of(rules);
  }

  /** Takes words. */
  interface WordSink {
    /**
     * The next word.
     *
     * @param word its characters from 0 on; used again, not to be kept or modified
     * @param length at least 1
     */
    void word(char[] word, int length);
  }

  /**
   * Gives each word to the consumer, in order.
   *
   * @param onWord must not keep the sequence, which is used again
   */
  public void split(String text, Consumer<CharSequence> onWord) {
    split(text, 0, text.length(), (w, n) -> onWord.accept(CharBuffer.wrap(w, 0, n)));
  }

  /** Gives each word of a part of a text to the sink, as if the part were the whole text. */
  void split(String whole, int start, int end, WordSink sink) {
    int size = end - start;
    if (size > text.length) {
      text = new char[Math.max(size, 2 * text.length)];
    }
    whole.getChars(start, end, text, 0); // cheaper than charAt, which asks for the coding each time
    split(size, sink);
  }

  private void split(int size, WordSink sink) {
    length = 0;
    for (int i = 0; i < size; i++) {
      i = takeParts(i, size);
      if (i == size) {
        break;
      }
      int action = actions[text[i]];
      switch (BertAlphabet.kind(action)) {
        case BertAlphabet.ALONE -> alone((char) action, sink);
        case BertAlphabet.BLANK -> endWord(sink);
        case BertAlphabet.SURROGATE -> i = takeSurrogate(i, size, sink);
        case BertAlphabet.EXPANDED -> take(text[i], sink);
        default -> {} // removed
      }
    }
    endWord(sink);
    if (word.length > 1 << 16) {
      word = new char[256]; // one huge word does not hold its memory for good
    }
  }

  /** Adds characters to the word up to the first that is no plain part of it; returns its index. */
  private int takeParts(int from, int size) {
    char[] in = text;
    char[] out = word;
    int[] table = actions;
    int n = length;
    int i = from;
    for (; i < size; i++) {
      int action = table[in[i]];
      if (BertAlphabet.kind(action) != BertAlphabet.PART) {
        break;
      }
      if (n == out.length) {
        out = Arrays.copyOf(out, 2 * n);
      }
      out[n++] = (char) action;
    }
    word = out;
    length = n;
    return i;
  }

  private int takeSurrogate(int i, int size, WordSink sink) {
    if (!Character.isHighSurrogate(text[i])
        || i + 1 == size
        || !Character.isLowSurrogate(text[i + 1])) {
      return i; // half a character: dropped
    }
    take(Character.toCodePoint(text[i], text[i + 1]), sink);
    return i + 1;
  }

  private void take(int c, WordSink sink) {
    if (rules.tokenizeChineseChars() && BertCharacters.isIdeograph(c)) {
      endWord(sink);
      takeAll(fold(c), sink);
      endWord(sink);
    } else if (BertCharacters.isBlank(c)) {
      endWord(sink);
    } else if (!BertCharacters.isRemoved(c)) {
      takeAll(fold(c), sink);
    }
  }

  private String fold(int c) {
    if (c >= BMP) {
      return BertCharacters.fold(c, rules);
    }
    if (expanded[c] == null) {
      expanded[c] = BertCharacters.fold(c, rules);
    }
    return expanded[c];
  }

  /** What a character was folded to; may hold blanks and punctuation. */
  private void takeAll(String folded, WordSink sink) {
    for (int i = 0; i < folded.length(); ) {
      int x = folded.codePointAt(i);
      i += Character.charCount(x);
      if (BertCharacters.isPunctuation(x)) {
        endWord(sink);
        add(x);
        endWord(sink);
      } else if (BertCharacters.isBlank(x)) {
        endWord(sink);
      } else {
        add(x);
      }
    }
  }

  private void alone(char c, WordSink sink) {
    endWord(sink);
    word[0] = c;
    sink.word(word, 1);
  }

  private void add(int codePoint) {
    if (length + 2 > word.length) {
      word = Arrays.copyOf(word, 2 * word.length);
    }
    length += Character.toChars(codePoint, word, length);
  }

  private void endWord(WordSink sink) {
    if (length > 0) {
      sink.word(word, length);
      length = 0;
    }
  }
}
