package io.retromae.finetune.heldout;

import io.retromae.finetune.data.PairLine;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/** A list of lines without some of them; nothing is copied. Thread-safe where the list is. */
final class RemainingLines extends AbstractList<PairLine> implements RandomAccess {
  private final List<PairLine> all;

  /** Of each line that is left out, how many before it are not. */
  private final int[] before;

  /**
   * Leaves lines out.
   *
   * @param without their numbers, ascending
   */
  RemainingLines(List<PairLine> all, int[] without) {
    this.all = all;
    this.before = new int[without.length];
    Arrays.setAll(before, i -> without[i] - i);
  }

  @Override
  public PairLine get(int number) {
    Objects.checkIndex(number, size());
    int low = 0;
    int high = before.length;
    while (low < high) { // how many of those left out come before the line
      int middle = (low + high) >>> 1;
      if (before[middle] <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return all.get(number + low);
  }

  @Override
  public int size() {
    return all.size() - before.length;
  }
}
