package io.retromae.etl.language;

import io.retromae.etl.text.Words;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Counts pairs of words in English texts and makes the scores of {@link EnglishPairs} of them. */
final class EnglishPairCounter {
  /** Added to what was seen and to what chance would give: rare pairs score little. */
  private static final double SMOOTHING = 2;

  private final EnglishPairs pairs = new EnglishPairs(new byte[0]);
  private final int classes = pairs.classes();
  private final long[] counts = new long[classes * classes];

  /** Counts the pairs of a text. */
  void add(Words words) {
    int before = -1;
    for (int i = 0; i < words.count(); i++) {
      int kind = pairs.classOf(words, i);
      if (kind >= 0 && before >= 0 && !words.isFirstOfLine(i)) {
        counts[before * classes + kind]++;
      }
      before = kind;
    }
  }

  /** Writes the layout of {@link EnglishPairs}. */
  void write(OutputStream out) throws IOException {
    double[] first = new double[classes];
    double[] second = new double[classes];
    double all = Arrays.stream(counts).sum();
    for (int i = 0; i < counts.length; i++) {
      first[i / classes] += counts[i];
      second[i % classes] += counts[i];
    }
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(EnglishPairs.MAGIC);
    data.writeInt(EnglishPairs.VERSION);
    data.writeInt(classes);
    for (int i = 0; i < counts.length; i++) {
      double chance = first[i / classes] * second[i % classes] / all;
      double ratio = (counts[i] + SMOOTHING) / (chance + SMOOTHING);
      long steps = Math.round(EnglishPairs.UNIT * StrictMath.log(ratio) / StrictMath.log(2));
      data.writeByte((int) Math.max(-EnglishPairs.LIMIT, Math.min(EnglishPairs.LIMIT, steps)));
    }
    data.flush();
  }
}
