package io.retromae.training.bert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Cuts rows into batches of like length, so that hardly anything is padding. */
public final class LengthOrder {
  private LengthOrder() {}

  /**
   * Places of rows, batch by batch, longest rows first. Rows of one length keep their order.
   *
   * @param lengths tokens of each row
   * @param tokens most of a batch, unless it is one row
   * @param padded whether each row counts as the longest of its batch
   */
  public static List<int[]> batches(int[] lengths, int tokens, boolean padded) {
    return batches(lengths, tokens, Integer.MAX_VALUE, padded);
  }

  /**
   * The same.
   *
   * @param mostRows of a batch
   */
  public static List<int[]> batches(int[] lengths, int tokens, int mostRows, boolean padded) {
    int[] order =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt(row -> -lengths[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> batches = new ArrayList<>();
    int begin = 0;
    long sum = 0;
    for (int i = 0; i < order.length; i++) {
      int counted = lengths[order[padded ? begin : i]];
      if (i > begin && (sum + counted > tokens || i - begin == mostRows)) {
        batches.add(Arrays.copyOfRange(order, begin, i));
        begin = i;
        sum = 0;
      }
      sum += lengths[order[padded ? begin : i]];
    }
    if (begin < order.length) {
      batches.add(Arrays.copyOfRange(order, begin, order.length));
    }
    return batches;
  }
}
