package io.retromae.training.loop;

import io.retromae.pretrain.retromae.BatchArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rows of random ids, and micro-batches of them without chance: every third token is hidden. */
final class TestRows {
  static final int VOCABULARY_SIZE = 50;
  private static final int CLS = 2;
  private static final int SEP = 3;
  private static final int FIRST_WORD = 5;
  private static final int NO_LABEL = -100;

  private TestRows() {}

  /** Texts of 1 to 12 words. */
  static List<long[]> of(int count, long seed) {
    Random random = new Random(seed);
    List<long[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long[] row = new long[3 + random.nextInt(12)];
      for (int j = 1; j < row.length - 1; j++) {
        row[j] = FIRST_WORD + random.nextInt(VOCABULARY_SIZE - FIRST_WORD);
      }
      row[0] = CLS;
      row[row.length - 1] = SEP;
      rows.add(row);
    }
    return rows;
  }

  /** A batch padded to its longest row. */
  static BatchArrays batch(List<long[]> rows) {
    int length = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
    int size = rows.size() * length;
    int bytesPerQuery = (length + 7) / 8;
    long[] ids = new long[size];
    long[] encoderLabels = new long[size];
    long[] decoderLabels = new long[size];
    long[] lengths = new long[rows.size()];
    byte[] visible = new byte[size * bytesPerQuery];
    List<Long> bow = new ArrayList<>();
    List<Float> weights = new ArrayList<>();
    java.util.Arrays.fill(encoderLabels, NO_LABEL);
    java.util.Arrays.fill(decoderLabels, NO_LABEL);
    for (int r = 0; r < rows.size(); r++) {
      long[] row = rows.get(r);
      lengths[r] = row.length;
      for (int i = 0; i < row.length; i++) {
        int at = r * length + i;
        ids[at] = row[i];
        if (i > 0 && i < row.length - 1) {
          decoderLabels[at] = row[i];
          encoderLabels[at] = i % 3 == 1 ? row[i] : NO_LABEL;
          long target = (long) r * VOCABULARY_SIZE + row[i];
          if (!bow.contains(target)) {
            bow.add(target);
            weights.add(1f / (row.length - 2));
          }
        }
        for (int key = 0; key < row.length; key++) {
          visible[at * bytesPerQuery + key / 8] |= (byte) (key == i ? 0 : 1 << (key % 8));
        }
      }
    }
    float[] bowWeights = new float[weights.size()];
    for (int i = 0; i < bowWeights.length; i++) {
      bowWeights[i] = weights.get(i);
    }
    return new BatchArrays(
        rows.size(),
        length,
        ids,
        encoderLabels,
        ids,
        decoderLabels,
        lengths,
        visible,
        bow.stream().mapToLong(Long::longValue).toArray(),
        bowWeights);
  }
}
