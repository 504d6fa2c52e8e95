package io.retromae.finetune.data;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/** Lists of lines one after the other, none of them copied. Thread-safe where they are. */
final class JoinedLines extends AbstractList<PairLine> implements RandomAccess {
  private final List<List<PairLine>> parts = new ArrayList<>();

  /** [parts + 1] number of each part's first line, then of all. */
  private final int[] first;

  /**
   * Joins lists.
   *
   * @throws ArithmeticException if they have more lines than a list can have
   */
  JoinedLines(List<? extends List<PairLine>> lists) {
    for (List<PairLine> list : lists) {
      if (list instanceof JoinedLines joined) {
        parts.addAll(joined.parts); // of many small ones, else as deep as they are many
      } else if (!list.isEmpty()) {
        parts.add(list);
      }
    }
    first = new int[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      first[i + 1] = Math.addExact(first[i], parts.get(i).size());
    }
  }

  @Override
  public PairLine get(int number) {
    int at = Arrays.binarySearch(first, number);
    int part = at >= 0 ? at : -at - 2;
    return parts.get(part).get(number - first[part]);
  }

  @Override
  public int size() {
    return first[parts.size()];
  }
}
