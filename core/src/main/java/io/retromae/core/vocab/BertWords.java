package io.retromae.core.vocab;

import java.util.function.Consumer;

/**
 * BERT's clean-up and word split, before any vocabulary: controls dropped, ideographs and
 * punctuation alone, the rest at blanks; lower-cased without accents if asked. One thread at a
 * time.
 */
public final class BertWords {
  private static final int BMP = 0x10000;

  private final boolean lowerCase;
  private final String[] folded = new String[BMP];
  private final StringBuilder word = new StringBuilder();
  private Consumer<CharSequence> consumer = ignored -> {};

  /**
   * A splitter.
   *
   * @param lowerCase also strips accents
   */
  public BertWords(boolean lowerCase) {
    this.lowerCase = lowerCase;
  }

  /**
   * Gives each word to the consumer, in order.
   *
   * @param onWord must not keep the sequence, which is used again
   */
  public void split(String text, Consumer<CharSequence> onWord) {
    consumer = onWord;
    word.setLength(0);
    int length = text.length();
    for (int i = 0; i < length; ) {
      char first = text.charAt(i);
      int c = first;
      i++;
      if (Character.isHighSurrogate(first) && i < length) {
        char second = text.charAt(i);
        if (Character.isLowSurrogate(second)) {
          c = Character.toCodePoint(first, second);
          i++;
        }
      }
      take(c);
    }
    endWord();
  }

  private void take(int c) {
    if (c < 0x80 && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9')) {
      word.append((char) c);
    } else if (c >= 'A' && c <= 'Z') {
      word.append((char) (lowerCase ? c + 32 : c));
    } else if (BertCharacters.isIdeograph(c)) {
      endWord();
      takeAll(c);
      endWord();
    } else if (BertCharacters.isBlank(c)) {
      endWord();
    } else if (!BertCharacters.isRemoved(c)) {
      takeAll(c);
    }
  }

  /** A character after folding, which may have become none, several, blanks or punctuation. */
  private void takeAll(int c) {
    if (!lowerCase) {
      takeFolded(c);
      return;
    }
    String replacement = fold(c);
    for (int i = 0; i < replacement.length(); ) {
      int x = replacement.codePointAt(i);
      takeFolded(x);
      i += Character.charCount(x);
    }
  }

  private void takeFolded(int c) {
    if (BertCharacters.isPunctuation(c)) {
      endWord();
      word.appendCodePoint(c);
      endWord();
    } else if (BertCharacters.isBlank(c)) {
      endWord();
    } else {
      word.appendCodePoint(c);
    }
  }

  private String fold(int c) {
    if (c >= BMP) {
      return BertCharacters.fold(c);
    }
    String known = folded[c];
    if (known == null) {
      known = BertCharacters.fold(c);
      folded[c] = known;
    }
    return known;
  }

  private void endWord() {
    if (word.length() > 0) {
      consumer.accept(word);
      word.setLength(0);
    }
  }
}
