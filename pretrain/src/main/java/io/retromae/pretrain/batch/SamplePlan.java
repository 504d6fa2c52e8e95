package io.retromae.pretrain.batch;

import io.retromae.pretrain.masking.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which samples each step of one epoch reads. The row groups of all shards are permuted by (seed,
 * epoch) and dealt to L logical shards in turn; each logical shard streams its own, shuffling
 * samples within windows of a few row groups. A step takes the next k micro-batches of every
 * logical shard, so the number of workers changes nothing. Logical shards stop at the shortest.
 */
public final class SamplePlan {
  /** Row groups whose samples are shuffled together: what a reader holds in memory. */
  static final int WINDOW = 4;

  private static final long ROW_GROUP_ORDER = 11;
  private static final long SAMPLE_ORDER = 12;

  private final int[] rowGroupSizes;
  private final long[] firstSample;
  private final long seed;
  private final int epoch;
  private final Shape shape;
  private final List<int[]> dealt;

  /**
   * How steps cut the corpus.
   *
   * @param logicalShards L
   * @param microBatchSize rows of one micro-batch
   * @param accumulationSteps micro-batches of each logical shard in a step
   */
  public record Shape(int logicalShards, int microBatchSize, int accumulationSteps) {
    long samplesPerStep() {
      return (long) microBatchSize * accumulationSteps;
    }
  }

  private SamplePlan(List<Integer> rowGroups, long seed, int epoch, Shape shape) {
    this.rowGroupSizes = rowGroups.stream().mapToInt(Integer::intValue).toArray();
    this.firstSample = new long[rowGroupSizes.length + 1];
    for (int i = 0; i < rowGroupSizes.length; i++) {
      firstSample[i + 1] = firstSample[i] + rowGroupSizes[i];
    }
    this.seed = seed;
    this.epoch = epoch;
    this.shape = shape;
    this.dealt = deal();
  }

  /**
   * The plan of an epoch.
   *
   * @param rowGroups samples in each row group, in the manifest's order
   */
  public static SamplePlan of(List<Integer> rowGroups, long seed, int epoch, Shape shape) {
    return new SamplePlan(rowGroups, seed, epoch, shape);
  }

  private List<int[]> deal() {
    int[] order = new int[rowGroupSizes.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    new CounterRandom(seed, ROW_GROUP_ORDER, epoch, 0).shuffle(order, order.length);
    int shards = shape.logicalShards();
    List<int[]> hands = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      int[] hand = new int[(order.length - shard + shards - 1) / shards];
      for (int i = 0; i < hand.length; i++) {
        hand[i] = order[shard + i * shards];
      }
      hands.add(hand);
    }
    return hands;
  }

  /** Steps of this epoch. */
  public long stepsPerEpoch() {
    return dealt.stream().mapToLong(hand -> samples(hand) / shape.samplesPerStep()).min().orElse(0);
  }

  /** Samples of the corpus that this epoch does not reach. */
  public long leftOver() {
    long read = stepsPerEpoch() * shape.samplesPerStep() * shape.logicalShards();
    return firstSample[rowGroupSizes.length] - read;
  }

  private long samples(int[] rowGroups) {
    return Arrays.stream(rowGroups).mapToLong(g -> rowGroupSizes[g]).sum();
  }

  /** Windows of a logical shard, in order: each a few row groups. */
  int windows(int logicalShard) {
    return (dealt.get(logicalShard).length + WINDOW - 1) / WINDOW;
  }

  /** The row groups of a window. */
  int[] rowGroups(int logicalShard, int window) {
    int[] hand = dealt.get(logicalShard);
    return Arrays.copyOfRange(hand, window * WINDOW, Math.min(hand.length, (window + 1) * WINDOW));
  }

  /** Samples in a window. */
  long windowSamples(int logicalShard, int window) {
    return samples(rowGroups(logicalShard, window));
  }

  /** The samples of a window in the order of training. */
  SampleRef[] order(int logicalShard, int window) {
    List<SampleRef> samples = new ArrayList<>();
    for (int group : rowGroups(logicalShard, window)) {
      for (int row = 0; row < rowGroupSizes[group]; row++) {
        samples.add(new SampleRef(group, row, firstSample[group] + row));
      }
    }
    int[] order = new int[samples.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    long stream = (long) logicalShard << 32 | window;
    new CounterRandom(seed, SAMPLE_ORDER, epoch, stream).shuffle(order, order.length);
    return Arrays.stream(order).mapToObj(samples::get).toArray(SampleRef[]::new);
  }

  int epoch() {
    return epoch;
  }

  Shape shape() {
    return shape;
  }

  /**
   * A sample's place.
   *
   * @param rowGroup index over all shards
   * @param row in the row group
   * @param sample index over the whole corpus
   */
  record SampleRef(int rowGroup, int row, long sample) {}
}
