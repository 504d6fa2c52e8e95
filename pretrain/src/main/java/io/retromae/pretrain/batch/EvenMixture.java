package io.retromae.pretrain.batch;

import java.util.Arrays;
import java.util.List;

/**
 * Every sample once in every epoch.
 *
 * @param rowGroups samples in each row group
 */
record EvenMixture(int[] rowGroups) implements Mixture {
  static EvenMixture of(List<Integer> rowGroups) {
    return new EvenMixture(rowGroups.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public int reads(int rowGroup, int epoch) {
    return rowGroups[rowGroup];
  }

  @Override
  public int[] readsOfEach(int rowGroup, int epoch) {
    int[] reads = new int[rowGroups[rowGroup]];
    Arrays.fill(reads, 1);
    return reads;
  }
}
