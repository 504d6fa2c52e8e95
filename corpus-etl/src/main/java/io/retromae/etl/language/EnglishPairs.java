package io.retromae.etl.language;

import io.retromae.etl.text.ShippedTable;
import io.retromae.etl.text.Words;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * How well neighbouring words go together in English. Words are classes: each function word is one
 * (English has some 200 of them, which make up a third to a half of running text), numbers are one,
 * all other words are one. A pair of classes scores log2 of how much oftener it stands in English
 * than by chance: I(x, y) = log2 P(x, y) / (P(x) P(y)) (pointwise mutual information, Church and
 * Hanks 1990, Word association norms, section 4), at most {@value #LIMIT} / {@value #UNIT} either
 * way. The mean is about 0.5 in prose of any subject and below 0 where words were thrown together:
 * {@code the of walking seven under bottle is a mountain for they blue}. Immutable.
 *
 * <p>Bytes: magic {@code ENGP}, int version 1, int classes, then classes x classes signed bytes.
 */
public final class EnglishPairs {
  /** Steps of a bit. */
  static final int UNIT = 16;

  /** Largest score of one pair, in steps. */
  static final int LIMIT = 4 * UNIT;

  private static final String RESOURCE = "english-pairs.bin";
  private static final String WORDS = "english-function-words.txt";
  static final int MAGIC = 0x454E4750; // ENGP
  static final int VERSION = 1;
  private static final int SLOTS = 1 << 10;
  private static final int LONGEST = 10;
  private static final int LONGEST_TEXT = 10_000;

  /** Keys of the function words, each at the first free slot from its low bits on; 0 = free. */
  private final long[] keys = new long[SLOTS];

  private final short[] classOf = new short[SLOTS];
  private final int number;
  private final byte[] scores;

  /** Pairs with these scores, or none, by class of the first word, then of the second. */
  EnglishPairs(byte[] scores) {
    int classes = 0;
    for (String line : ShippedTable.lines(EnglishPairs.class, WORDS)) {
      for (String word : line.split(" ")) {
        int slot = slot(Words.of("x " + word).key(1));
        if (keys[slot] == 0) {
          keys[slot] = Words.of("x " + word).key(1);
          classOf[slot] = (short) classes++;
        }
      }
    }
    number = classes;
    this.scores = scores;
  }

  /** The pairs shipped with the program. */
  public static EnglishPairs shipped() {
    return Shipped.PAIRS;
  }

  private static final class Shipped {
    private static final EnglishPairs PAIRS =
        ShippedTable.read(EnglishPairs.class, RESOURCE, MAGIC, VERSION, EnglishPairs::read);
  }

  private static EnglishPairs read(DataInputStream in) throws IOException {
    int classes = in.readInt();
    byte[] scores = new byte[classes * classes];
    in.readFully(scores);
    EnglishPairs pairs = new EnglishPairs(scores);
    if (classes != pairs.classes()) {
      throw new IOException(
          "%,d classes, but %s makes %,d; train the pairs again"
              .formatted(classes, WORDS, pairs.classes()));
    }
    return pairs;
  }

  /**
   * What a text is made of.
   *
   * @param pairs neighbours without a sign or a line end between them
   * @param score their sum, in steps
   */
  public record Order(long pairs, long score) {
    /** Mean score of a pair in bits; 0 without pairs. */
    public double bits() {
      return pairs == 0 ? 0 : (double) score / pairs / UNIT;
    }
  }

  /** Measures a text; one of more than {@value #LONGEST_TEXT} words by its beginning. */
  public Order order(Words words) {
    long pairs = 0;
    long score = 0;
    int classes = classes();
    int end = Math.min(LONGEST_TEXT, words.count());
    int before = -1;
    for (int i = 0; i < end; i++) {
      int kind = classOf(words, i);
      if (kind >= 0 && before >= 0 && !words.isFirstOfLine(i)) {
        pairs++;
        score += scores[before * classes + kind];
      }
      before = kind;
    }
    return new Order(pairs, score);
  }

  /** Whether a word is a function word. */
  public boolean isFunctionWord(Words words, int word) {
    int kind = classOf(words, word);
    return kind >= 0 && kind < number;
  }

  /** Class of a word; -1 for signs. */
  int classOf(Words words, int word) {
    if (words.isSymbol(word)) {
      return -1;
    }
    if (!words.hasLetter(word)) {
      return number;
    }
    if (words.end(word) - words.start(word) > LONGEST) {
      return number + 1;
    }
    int slot = slot(words.key(word));
    return keys[slot] == 0 ? number + 1 : classOf[slot];
  }

  /** Where a key is, or the free slot where it would be. */
  private int slot(long key) {
    int slot = (int) key & SLOTS - 1;
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 & SLOTS - 1;
    }
    return slot;
  }

  /** How many classes there are, those of other words and of numbers among them. */
  int classes() {
    return number + 2;
  }
}
