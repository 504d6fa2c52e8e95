package io.retromae.embed.metric.rank;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What was returned for one query, in any order: scores decide. Not copied, so not to be changed.
 *
 * @param ids of documents, shape [N]
 * @param scores higher is better, shape [N], float64
 */
public record Ranking(String[] ids, double[] scores) {
  /** Checks that there is a score for each document. */
  public Ranking {
    if (ids.length != scores.length) {
      throw new IllegalArgumentException(
          "%d documents with %d scores".formatted(ids.length, scores.length));
    }
  }

  /** The number of documents. */
  public int size() {
    return ids.length;
  }

  /**
   * The ranking without one document: mteb's {@code ignore_identical_ids}, for tasks whose queries
   * are documents of the corpus.
   */
  public Ranking without(String id) {
    int[] kept = IntStream.range(0, size()).filter(i -> !ids[i].equals(id)).toArray();
    if (kept.length == size()) {
      return this;
    }
    return new Ranking(
        Arrays.stream(kept).mapToObj(i -> ids[i]).toArray(String[]::new),
        Arrays.stream(kept).mapToDouble(i -> scores[i]).toArray());
  }

  /** The first so many documents of a ranking that is sorted, or all. */
  public Ranking best(int count) {
    return count >= size()
        ? this
        : new Ranking(Arrays.copyOf(ids, count), Arrays.copyOf(scores, count));
  }
}
