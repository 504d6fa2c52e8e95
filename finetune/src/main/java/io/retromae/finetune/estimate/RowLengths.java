package io.retromae.finetune.estimate;

import io.retromae.finetune.contrastive.PairBatch;
import java.util.stream.Stream;

/**
 * How long rows are on average.
 *
 * @param query tokens of a query's row
 * @param passage tokens of a passage's row
 */
public record RowLengths(double query, double passage) {
  /** Those of a batch. */
  public static RowLengths of(PairBatch batch) {
    return new RowLengths(mean(batch.queries()), mean(batch.passages()));
  }

  private static double mean(int[][] rows) {
    return Stream.of(rows).mapToInt(row -> row.length).average().orElseThrow();
  }
}
