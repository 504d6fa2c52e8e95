package io.retromae.etl.filter;

import io.retromae.etl.language.ChineseFunction;
import io.retromae.etl.text.Entropy;
import io.retromae.etl.text.Words;

/**
 * What a Chinese text is made of. A unit is a Han character, a Latin word or a number.
 *
 * @param count units
 * @param characters chars of the units
 * @param han units that are Han characters
 * @param withLetter units that are Han characters or have a letter
 * @param signs words that are no units: punctuation marks and other symbols
 * @param stopWords different ones of FineWeb-2's list
 * @param function units that are function characters
 * @param entropy of the units' distribution in bits, see {@link Entropy}; of the first {@value
 *     #ENTROPY_WINDOW}
 */
record ChineseUnits(
    long count,
    long characters,
    long han,
    long withLetter,
    long signs,
    int stopWords,
    long function,
    double entropy) {
  /** Enough for any sensible limit. */
  private static final int ENOUGH_STOP_WORDS = 22;

  /** Bounds the memory for a long text; more units hardly change the entropy. */
  private static final int ENTROPY_WINDOW = 100_000;

  /** The stop words of FineWeb-2's Mandarin set, all of one character. */
  private static final String STOP_WORDS = "的年在月是和日了於·為有被人中为他與後也而由";

  /** Measures a text. */
  static ChineseUnits of(Words words) {
    long count = 0;
    long characters = 0;
    long han = 0;
    long withLetter = 0;
    int stopWords = 0; // a bit for each
    long function = 0;
    Entropy entropy = new Entropy();
    for (int i = 0; i < words.count(); i++) {
      if (stopWords != (1 << ENOUGH_STOP_WORDS) - 1 && words.end(i) - words.start(i) == 1) {
        int stopWord = STOP_WORDS.indexOf(words.text().charAt(words.start(i)));
        stopWords |= stopWord < 0 ? 0 : 1 << stopWord;
      }
      if (!words.isSymbol(i)) {
        count++;
        characters += words.end(i) - words.start(i);
        han += words.isHan(i) ? 1 : 0;
        function += ChineseFunction.isFunctionWord(words, i) ? 1 : 0;
        withLetter += words.hasLetter(i) ? 1 : 0;
        if (count <= ENTROPY_WINDOW) {
          entropy.add(words.hash(i));
        }
      }
    }
    int different = Integer.bitCount(stopWords);
    long signs = words.count() - count;
    return new ChineseUnits(
        count, characters, han, withLetter, signs, different, function, entropy.bits());
  }
}
