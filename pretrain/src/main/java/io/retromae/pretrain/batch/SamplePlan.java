package io.retromae.pretrain.batch;

import io.retromae.core.hash.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which samples each step of one epoch reads. The row groups of all shards are permuted by (seed,
 * epoch) and dealt to L logical shards in turn; each logical shard streams its own, shuffling
 * samples within windows of a few row groups. A step takes the next k micro-batches of every
 * logical shard, so the number of workers changes nothing. Logical shards stop at the shortest. A
 * sample that its source's weight has read more than once comes again within its window, with other
 * masks.
 */
public final class SamplePlan {
  /** Row groups whose samples are shuffled together: what a reader holds in memory. */
  static final int WINDOW = 4;

  private static final long ROW_GROUP_ORDER = 11;
  private static final long SAMPLE_ORDER = 12;

  private final Mixture mixture;
  private final Offsets samples;
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

  private SamplePlan(Mixture mixture, long seed, int epoch, Shape shape) {
    this.mixture = mixture;
    this.samples = Offsets.of(Arrays.stream(mixture.rowGroups()));
    this.seed = seed;
    this.epoch = epoch;
    this.shape = shape;
    this.dealt = deal();
  }

  /**
   * The plan of an epoch.
   *
   * @param mixture row groups in the manifest's order, and how often their samples are read
   */
  static SamplePlan of(Mixture mixture, long seed, int epoch, Shape shape) {
    return new SamplePlan(mixture, seed, epoch, shape);
  }

  private List<int[]> deal() {
    int[] order = new CounterRandom(seed, ROW_GROUP_ORDER, epoch, 0).permutation(samples.parts());
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
    reads(); // in stored order, so that each shard is opened once
    return dealt.stream().mapToLong(hand -> reads(hand) / shape.samplesPerStep()).min().orElse(0);
  }

  /** Samples that are meant to be read in this epoch, repeats counted. */
  public long reads() {
    long reads = 0;
    for (int group = 0; group < samples.parts(); group++) {
      reads += mixture.reads(group, epoch);
    }
    return reads;
  }

  /** Samples, repeats counted, that this epoch does not reach. */
  public long leftOver() {
    return reads() - stepsPerEpoch() * shape.samplesPerStep() * shape.logicalShards();
  }

  private long reads(int[] rowGroups) {
    return Arrays.stream(rowGroups).mapToLong(group -> mixture.reads(group, epoch)).sum();
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

  /** Samples read in a window, repeats counted. */
  long windowSamples(int logicalShard, int window) {
    return reads(rowGroups(logicalShard, window));
  }

  /** The samples of a window in the order of training; repeats are shuffled like others. */
  SampleRef[] order(int logicalShard, int window) {
    List<SampleRef> samples = new ArrayList<>();
    for (int group : rowGroups(logicalShard, window)) {
      int[] reads = mixture.readsOfEach(group, epoch);
      for (int row = 0; row < reads.length; row++) {
        for (int repeat = 0; repeat < reads[row]; repeat++) {
          samples.add(new SampleRef(group, row, this.samples.start(group) + row, repeat));
        }
      }
    }
    long stream = (long) logicalShard << 32 | window;
    int[] order = new CounterRandom(seed, SAMPLE_ORDER, epoch, stream).permutation(samples.size());
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
   * @param repeat how often this epoch has it already, elsewhere
   */
  record SampleRef(int rowGroup, int row, long sample, int repeat) {}
}
