package io.retromae.etl.language;

import java.util.Optional;

/** Counts letters by script and hands out the Latin words, in one pass over each part of a text. */
abstract class LetterScan {
  private static final char EDGE = ' ';
  private static final double MIN_HAN = 0.3;

  /** Characters of a Chinese word, as segmented by FineWeb-2 (arXiv:2506.20920). */
  private static final double HAN_PER_WORD = 1.75;

  /** Letters of a word in scripts of which words are not told apart here. */
  private static final double LETTERS_PER_WORD = 5;

  private static final double MAX_KANA_AND_HANGUL = 0.05;

  private final int[] letters = new int[Letters.CLASSES];
  private int latinWords;
  private final char[] word = new char[NgramProfile.MAX_WORD];

  LetterScan() {
    word[0] = EDGE;
  }

  /**
   * A Latin word; what is longer than {@link NgramProfile#MAX_WORD} is cut.
   *
   * @param word lower-case letters between two blanks; overwritten after the call
   * @param length of it, blanks included
   */
  abstract void word(char[] word, int length);

  /** Called at the end of each part. */
  abstract void part();

  /** Adds a part of a text; its ends are word edges. */
  final void scan(String text, int from, int to) {
    int length = 1;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      byte kind;
      if (Character.isHighSurrogate(c) && i + 1 < to) {
        kind = Letters.of(text.codePointAt(i++));
      } else {
        kind = Letters.of(c);
      }
      letters[kind]++;
      if (kind == Letters.LATIN) {
        if (length < NgramProfile.MAX_WORD - 1) {
          word[length++] = lower(c);
        }
      } else if (length > 1) {
        length = end(length);
      }
    }
    if (length > 1) {
      end(length);
    }
    part();
  }

  private int end(int length) {
    latinWords++;
    word[length] = EDGE;
    word(word, length + 1);
    return 1;
  }

  private static char lower(char c) {
    return c < 0x80 ? (char) (c | 0x20) : Character.toLowerCase(c);
  }

  /** Letters of a class of {@link Letters}. */
  final int letters(byte kind) {
    return letters[kind];
  }

  /** All letters. */
  final int letters() {
    int all = 0;
    for (int kind = Letters.NONE + 1; kind < letters.length; kind++) {
      all += letters[kind];
    }
    return all;
  }

  /**
   * Chinese if more than 30 % of the words are, and less than 5 % of the letters kana or Hangul;
   * the score is the share of Han among these three scripts. Words, because a Latin one has three
   * times the letters of a Chinese one: prose that names many things by their English names, or a
   * programming course with its code, is Chinese.
   */
  final Optional<Identified> chinese() {
    int han = letters[Letters.HAN];
    int foreign = letters[Letters.KANA] + letters[Letters.HANGUL];
    double hanWords = han / HAN_PER_WORD;
    double otherWords = latinWords + (foreign + letters[Letters.OTHER]) / LETTERS_PER_WORD;
    if (hanWords <= MIN_HAN * (hanWords + otherWords)
        || foreign >= MAX_KANA_AND_HANGUL * letters()) {
      return Optional.empty();
    }
    double score = (double) han / (han + foreign);
    return Optional.of(new Identified(Language.ZH, score));
  }

  /** English as far as the letters are Latin; undetermined without Latin letters. */
  final Identified latin(double english) {
    int all = letters();
    double score = all == 0 ? 0 : english * letters[Letters.LATIN] / all;
    return new Identified(score > 0 ? Language.EN : Language.UND, score);
  }
}
