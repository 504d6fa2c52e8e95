package io.retromae.finetune.estimate;

import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.LengthSample;
import java.util.List;

/**
 * How long rows are on average.
 *
 * @param query tokens of a query's row
 * @param passage tokens of a passage's row
 */
record RowLengths(double query, double passage) {
  /**
   * Those of data sets, each as often as it is read.
   *
   * @param samples of the sets, in their order
   */
  static RowLengths of(List<DataSet> sets, List<LengthSample> samples) {
    double query = 0;
    double passage = 0;
    double reads = 0;
    for (int i = 0; i < sets.size(); i++) {
      double ofSet = sets.get(i).lines().size() * sets.get(i).weight();
      query += ofSet * samples.get(i).queryTokens();
      passage += ofSet * samples.get(i).passageTokens();
      reads += ofSet;
    }
    return new RowLengths(query / reads, passage / reads);
  }
}
