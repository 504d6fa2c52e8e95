package io.retromae.finetune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Lines and data sets for tests. */
final class Lines {
  private Lines() {}

  static PairLine of(String query, List<String> positives, List<String> negatives) {
    return new PairLine(
        query, positives, negatives, new double[0], new double[0], PairLine.Traits.NONE);
  }

  /** Lines with one positive and some negatives, all texts different. */
  static DataSet set(String name, int lines, int negatives, PairLine.Traits traits) {
    List<PairLine> all = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      List<String> texts = new ArrayList<>();
      for (int j = 0; j < negatives; j++) {
        texts.add(name + " n" + i + "." + j);
      }
      all.add(
          new PairLine(
              name + " q" + i,
              List.of(name + " p" + i),
              texts,
              new double[0],
              new double[0],
              traits));
    }
    return new DataSet(name, all, 1, name.endsWith(DataSet.OWN_NEGATIVES));
  }

  static DataSet set(String name, int lines) {
    return set(name, lines, 3, PairLine.Traits.NONE);
  }

  static PairLine.Traits kind(PairLine.Kind kind) {
    return new PairLine.Traits(Optional.empty(), kind, OptionalInt.empty(), OptionalInt.empty());
  }
}
