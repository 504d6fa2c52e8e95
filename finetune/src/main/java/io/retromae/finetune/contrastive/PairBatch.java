package io.retromae.finetune.contrastive;

import io.retromae.training.loop.MicroBatch;
import java.util.stream.Stream;

/**
 * One logical shard's part of a step: n queries, each with a group of G passages of which the first
 * is its positive.
 *
 * @param queries [n] token ids with [CLS] and [SEP]
 * @param passages [n G] the same, group by group
 * @param groupSize G
 * @param texts what tells equal texts
 * @param teacher [n G] scores of a teacher; empty where nothing is distilled
 * @param ownNegatives whether queries are scored with their own groups only, whatever the rule says
 */
public record PairBatch(
    int[][] queries,
    int[][] passages,
    int groupSize,
    TextHashes texts,
    double[] teacher,
    boolean ownNegatives)
    implements MicroBatch {
  /** Checks that all numbers fit together. */
  public PairBatch {
    int n = queries.length;
    int passagesWanted = n * groupSize;
    if (n == 0 || groupSize < 1 || passages.length != passagesWanted) {
      throw new IllegalArgumentException(
          "%d queries and %d passages in groups of %d".formatted(n, passages.length, groupSize));
    }
    if (texts.queries().length != n
        || texts.passages().length != passagesWanted
        || texts.positives().length != n) {
      throw new IllegalArgumentException(
          "hashes of %d queries, %d passages and %d lists of positives for %d queries of %d"
              .formatted(
                  texts.queries().length,
                  texts.passages().length,
                  texts.positives().length,
                  n,
                  groupSize));
    }
    if (teacher.length != 0 && teacher.length != passagesWanted) {
      throw new IllegalArgumentException(
          "%d teacher's scores of %d passages".formatted(teacher.length, passagesWanted));
    }
  }

  @Override
  public int rows() {
    return queries.length + passages.length;
  }

  @Override
  public long tokens() {
    return Stream.of(queries, passages).flatMap(Stream::of).mapToLong(row -> row.length).sum();
  }

  /** A row's ids: queries come first, then passages. */
  int[] row(int number) {
    return number < queries.length ? queries[number] : passages[number - queries.length];
  }
}
