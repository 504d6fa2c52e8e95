package io.retromae.finetune.mine;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.finetune.mine.selection.MinedQuery;
import io.retromae.spark.Receipts;
import java.util.List;
import java.util.Locale;

/**
 * What was found for consecutive queries: the receipt of their search.
 *
 * @param first number of the first query
 * @param queries theirs, in order
 */
record FoundBlock(int first, List<Found> queries) implements Receipts.Receipt {
  /**
   * What was found for one.
   *
   * @param mined its negatives
   * @param positives hashes of the texts of its positives
   * @param positiveScores theirs
   */
  record Found(MinedQuery mined, long[] positives, double[] positiveScores) {
    /** The score of a positive, by the hash of its text. */
    double positiveScore(long hash) {
      for (int i = 0; i < positives.length; i++) {
        if (positives[i] == hash) {
          return positiveScores[i];
        }
      }
      throw new IllegalStateException("no positive of the query has the hash " + hash);
    }
  }

  /** Name of a block's receipt. */
  static String name(int number) {
    return String.format(Locale.ROOT, "found-%05d", number);
  }

  /**
   * Reads that of a block.
   *
   * @throws CorruptDataException if it is gone
   */
  static FoundBlock read(Receipts receipts, int number) {
    return receipts
        .read(name(number), FoundBlock.class)
        .orElseThrow(
            () ->
                new CorruptDataException(
                    "%s: the receipt %s is gone; run again"
                        .formatted(receipts.folder(), name(number))));
  }

  @Override
  public List<String> files() {
    return List.of();
  }
}
