package io.retromae.finetune.data;

import io.retromae.core.hash.CounterRandom;
import java.util.Arrays;
import java.util.List;

/** Shuffled reads of data sets, cut into batches of one size. */
final class CutReads {
  private final List<SetReads.Listed> sets;

  /** [sets + 1] number of each data set's first read, then of all. */
  private final int[] first;

  private final int[] order;
  private final int batchSize;

  private CutReads(List<SetReads.Listed> sets, int[] first, int[] order, int batchSize) {
    this.sets = sets;
    this.first = first;
    this.order = order;
    this.batchSize = batchSize;
  }

  static CutReads shuffled(List<SetReads> reads, int batchSize, CounterRandom random) {
    int[] first = new int[reads.size() + 1];
    for (int i = 0; i < reads.size(); i++) {
      first[i + 1] = Math.toIntExact(first[i] + reads.get(i).count());
    }
    return new CutReads(
        reads.stream().map(SetReads::list).toList(),
        first,
        random.permutation(first[reads.size()]),
        batchSize);
  }

  int batchSize() {
    return batchSize;
  }

  int batches() {
    return order.length / batchSize;
  }

  /** Reads that fill no batch. */
  int leftOut() {
    return order.length % batchSize;
  }

  LineRef line(int batch, int place) {
    int read = order[batch * batchSize + place];
    int at = Arrays.binarySearch(first, read);
    int set = at >= 0 ? at : -at - 2;
    while (first[set + 1] == first[set]) { // a data set that this epoch does not read
      set++;
    }
    return sets.get(set).read(read - first[set]);
  }
}
