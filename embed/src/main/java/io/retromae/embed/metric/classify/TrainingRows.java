package io.retromae.embed.metric.classify;

import io.retromae.embed.metric.random.NumpyRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which rows each experiment trains on, as mteb draws them: one list of row numbers, shuffled by a
 * fresh generator of the same seed before each experiment, so that the permutation composes; from
 * it the first rows of each label.
 */
final class TrainingRows {
  private TrainingRows() {}

  /**
   * The rows of each experiment, in the order drawn.
   *
   * @param labels shape [N]
   * @param samplesPerLabel rows of a label, fewer if it has fewer
   * @return shape [experiments, rows]
   */
  static int[][] draw(int[] labels, int samplesPerLabel, int experiments, int seed) {
    int[] order = IntStream.range(0, labels.length).toArray();
    int[][] drawn = new int[experiments][];
    for (int i = 0; i < experiments; i++) {
      new NumpyRandom(seed).shuffle(order);
      Map<Integer, Integer> taken = new HashMap<>();
      drawn[i] =
          Arrays.stream(order)
              .filter(row -> taken.merge(labels[row], 1, Integer::sum) <= samplesPerLabel)
              .toArray();
    }
    return drawn;
  }
}
