package io.retromae.finetune.data;

import io.retromae.finetune.contrastive.PairBatch;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How long a data set's rows are, by some of its lines.
 *
 * @param lines that were looked at
 * @param queryTokens of a query's row on average
 * @param passageTokens of a passage's row on average
 * @param cutQueries share of the queries that are cut
 * @param cutPassages share of the passages that are cut
 */
public record LengthSample(
    int lines, double queryTokens, double passageTokens, double cutQueries, double cutPassages) {
  /** Negatives of a line that are looked at. */
  private static final int NEGATIVES = 3;

  /**
   * Looks at lines all over a data set.
   *
   * @param most lines
   * @param maker that has made nothing yet
   */
  public static LengthSample of(DataSet set, int most, PairBatchMaker maker) {
    int lines = Math.min(most, set.lines().size());
    long queryTokens = 0;
    long passageTokens = 0;
    int passages = 0;
    for (int i = 0; i < lines; i++) {
      PairLine line = set.lines().get((int) ((long) i * set.lines().size() / lines));
      int[] negatives = IntStream.range(0, Math.min(NEGATIVES, line.negatives().size())).toArray();
      GroupDrawing.Group group = GroupDrawing.group(line, 0, negatives);
      PairBatch rows = maker.build(List.of(group), false, false);
      queryTokens += rows.queries()[0].length;
      passageTokens += Stream.of(rows.passages()).mapToLong(row -> row.length).sum();
      passages += rows.passages().length;
    }
    return new LengthSample(
        lines,
        (double) queryTokens / lines,
        (double) passageTokens / passages,
        (double) maker.cutQueries() / lines,
        (double) maker.cutPassages() / passages);
  }

  /** In words, for people. */
  public String describe() {
    return "rows of %.0f and %.0f tokens, cut: %.0f %% of queries, %.0f %% of passages"
        .formatted(queryTokens, passageTokens, 100 * cutQueries, 100 * cutPassages);
  }
}
