package io.retromae.etl.language;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/** Counts pairs of characters in Chinese texts and makes the table of {@link HanPairs} of them. */
final class HanPairCounter {
  /** Pairs seen less often are not kept. */
  private static final int ENOUGH = 2;

  private final char[] han = HanPairs.hanCharacters();
  private final long[] characters = new long[1 << Character.SIZE];
  private final Map<Integer, Integer> pairs = new TreeMap<>();
  private long all;

  /** Counts the pairs of a text. */
  void add(String text) {
    char before = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = han[text.charAt(i)];
      if (c != 0) {
        characters[c]++;
        if (before != 0) {
          pairs.merge(before << Character.SIZE | c, 1, Integer::sum);
          all++;
        }
      }
      before = c;
    }
  }

  /** Writes the layout of {@link HanPairs}. */
  void write(OutputStream out) throws IOException {
    short[] slots = new short[HanPairs.SLOTS];
    pairs.forEach(
        (pair, count) -> {
          char first = (char) (pair >>> Character.SIZE);
          char second = (char) pair.intValue();
          if (count >= ENOUGH) {
            double chance = (double) characters[first] * characters[second] / all;
            double ratio = (count + HanPairs.SMOOTHING) / (chance + HanPairs.SMOOTHING);
            long halves = Math.round(2 * HanPairs.log2(ratio)) + 8;
            long hash = ((long) first << Character.SIZE | second) * HanPairs.FACTOR;
            int score = (int) Math.max(0, Math.min(HanPairs.SCORES - 1, halves));
            slots[HanPairs.find(slots, first, second)] =
                (short) (HanPairs.mark(hash) * HanPairs.SCORES + score);
          }
        });
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(HanPairs.MAGIC);
    data.writeInt(HanPairs.VERSION);
    data.writeInt((int) Math.round(HanPairs.UNIT * HanPairs.log2(all)));
    for (char c = HanPairs.FIRST; c <= HanPairs.LAST; c++) {
      data.writeByte((int) Math.round(HanPairs.UNIT * HanPairs.log2(Math.max(1, characters[c]))));
    }
    for (short slot : slots) {
      data.writeShort(slot);
    }
    data.flush();
  }
}
