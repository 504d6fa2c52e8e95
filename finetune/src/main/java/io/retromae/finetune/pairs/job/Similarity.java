package io.retromae.finetune.pairs.job;

import io.retromae.embed.encoder.TextEncoder;
import io.retromae.finetune.pairs.make.Pair;
import java.util.ArrayList;
import java.util.List;

/** Cosines of the two sides of pairs, by a model that makes vectors of length one. */
final class Similarity {
  /** Bins of a histogram over [-1, 1]. */
  static final int BINS = 40;

  private final TextEncoder encoder;

  Similarity(TextEncoder encoder) {
    this.encoder = encoder;
  }

  /** One a pair, each in [-1, 1] to rounding. */
  double[] of(List<Pair> pairs) {
    List<String> texts = new ArrayList<>(2 * pairs.size());
    pairs.forEach(pair -> texts.add(pair.query()));
    pairs.forEach(pair -> texts.add(pair.positive()));
    float[][] vectors = encoder.encode(texts);
    double[] cosines = new double[pairs.size()];
    for (int i = 0; i < cosines.length; i++) {
      float[] query = vectors[i];
      float[] positive = vectors[cosines.length + i];
      double sum = 0;
      for (int d = 0; d < query.length; d++) {
        sum += (double) query[d] * positive[d];
      }
      cosines[i] = sum;
    }
    return cosines;
  }

  /** Where a cosine is counted. */
  static int bin(double cosine) {
    int bin = (int) Math.floor((cosine + 1) / 2 * BINS);
    return Math.max(0, Math.min(BINS - 1, bin));
  }
}
