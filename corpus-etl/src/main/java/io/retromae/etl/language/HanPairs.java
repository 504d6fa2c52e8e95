package io.retromae.etl.language;

import io.retromae.etl.normalize.SimplifiedCharacters;
import io.retromae.etl.text.ShippedTable;
import io.retromae.etl.text.Words;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * How well neighbouring Han characters go together in Chinese. A pair that texts are known to hold
 * scores log2 of how much oftener it stands there than by chance: I(x, y) = log2 P(x, y) / (P(x)
 * P(y)) (pointwise mutual information, Church and Hanks 1990, Word association norms, section 4),
 * in [-4, 3.5]. A pair that they do not hold scores the less, the more often chance alone would
 * have made it. Prose of any subject scores above 0, classical verse about -0.5; characters in
 * random order score below -1.5 if they were drawn from prose, and hardly know each other if they
 * were drawn from a list. Traditional characters count as their simplified ones. Immutable.
 *
 * <p>Bytes: magic {@code HANP}, int version 1, int log2 of the number of pairs that were counted in
 * quarters, a byte for each character from U+3400 to U+9FFF: log2 of its count in quarters, then
 * {@value #SLOTS} shorts, a hash table of the pairs with linear probing: 12 bits of the hash, never
 * all 0, and 4 bits, the score in halves from -4 on.
 */
public final class HanPairs {
  private static final String RESOURCE = "han-pairs.bin";
  static final int MAGIC = 0x48414E50; // HANP
  static final int VERSION = 1;
  static final char FIRST = '\u3400';
  static final char LAST = '\u9fff';
  static final int SLOTS = 1 << 18;
  static final int SCORES = 16;
  private static final int LONGEST_TEXT = 10_000;
  static final long FACTOR = 0x9E3779B97F4A7C15L;

  /** Added to what was seen and to what chance would give: rare pairs score little. */
  static final double SMOOTHING = 0.5;

  /** Steps of a bit in which log2 of counts are kept. */
  static final int UNIT = 4;

  private static final int WORST = -4 * UNIT;

  /** The simplified character of a Han character; 0 for what is none. */
  private final char[] han;

  private final byte[] counts;
  private final short[] slots;

  /** Score of an unknown pair in quarters of a bit, by the sum of its characters' counts. */
  private final byte[] unknown = new byte[2 * Byte.MAX_VALUE + 1];

  private HanPairs(int logPairs, byte[] counts, short[] slots) {
    this.counts = counts;
    this.slots = slots;
    han = hanCharacters();
    for (int sum = 0; sum < unknown.length; sum++) {
      double chance = StrictMath.pow(2, (double) (sum - logPairs) / UNIT);
      unknown[sum] = (byte) Math.max(WORST, Math.round(-UNIT * log2(1 + chance / SMOOTHING)));
    }
  }

  static char[] hanCharacters() {
    char[] han = new char[1 << Character.SIZE];
    char[] simplified = SimplifiedCharacters.table();
    for (char c = FIRST; c <= LAST; c++) {
      if (Words.isHanCharacter(c)) {
        han[c] = simplified[c] == 0 ? c : simplified[c];
      }
    }
    return han;
  }

  static double log2(double x) {
    return StrictMath.log(x) / StrictMath.log(2);
  }

  /** The pairs shipped with the program. */
  public static HanPairs shipped() {
    return Shipped.PAIRS;
  }

  private static final class Shipped {
    private static final HanPairs PAIRS =
        ShippedTable.read(HanPairs.class, RESOURCE, MAGIC, VERSION, HanPairs::read);
  }

  private static HanPairs read(DataInputStream in) throws IOException {
    int logPairs = in.readInt();
    byte[] counts = new byte[LAST - FIRST + 1];
    in.readFully(counts);
    short[] slots = new short[SLOTS];
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = in.readShort();
    }
    return new HanPairs(logPairs, counts, slots);
  }

  /**
   * Neighbours in a text.
   *
   * @param pairs of Han characters with nothing between them
   * @param known of these
   * @param score their sum in quarters of a bit
   */
  public record Order(long pairs, long known, long score) {
    /** Share of known pairs; 1 without pairs. */
    public double knownShare() {
      return pairs == 0 ? 1 : (double) known / pairs;
    }

    /** Mean score of a pair in bits; 0 without pairs. */
    public double bits() {
      return pairs == 0 ? 0 : (double) score / pairs / UNIT;
    }
  }

  /** Measures a text; one of more than {@value #LONGEST_TEXT} characters by its beginning. */
  public Order order(String text) {
    long pairs = 0;
    long known = 0;
    long score = 0;
    int end = Math.min(LONGEST_TEXT, text.length());
    char before = 0;
    for (int i = 0; i < end; i++) {
      char c = han[text.charAt(i)];
      if (c != 0 && before != 0) {
        pairs++;
        int found = slots[find(slots, before, c)] & 0xFFFF;
        if (found == 0) {
          score += unknown[counts[before - FIRST] + counts[c - FIRST]];
        } else {
          known++;
          score += UNIT / 2 * (found % SCORES) + WORST;
        }
      }
      before = c;
    }
    return new Order(pairs, known, score);
  }

  /** The slot of a pair, or the free one where it would be. */
  static int find(short[] slots, char first, char second) {
    long hash = ((long) first << Character.SIZE | second) * FACTOR;
    int mark = mark(hash);
    int slot = (int) (hash >>> 46);
    while (slots[slot] != 0 && (slots[slot] & 0xFFFF) / SCORES != mark) {
      slot = slot + 1 & SLOTS - 1;
    }
    return slot;
  }

  static int mark(long hash) {
    return Math.max(1, (int) (hash >>> 34) & 0xFFF);
  }
}
