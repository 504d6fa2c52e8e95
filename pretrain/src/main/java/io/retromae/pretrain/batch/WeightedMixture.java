package io.retromae.pretrain.batch;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.CounterRandom;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples as often as the weight w of their source says: floor(w) times, and once more with
 * probability w - floor(w). Of the c samples of a row group that have one weight, floor(f c + u)
 * are read once more, f being the weight's fraction and u uniform in [0, 1) by (seed, epoch, row
 * group, weight); which, is drawn without replacement. So every sample has its probability, the sum
 * differs from its expectation by less than 1, and the length of an epoch follows from the counts
 * alone, without a look at single samples. Counts come from the column of sources, read shard by
 * shard when they are first asked for. For one thread.
 */
final class WeightedMixture implements Mixture {
  private static final long EXTRA_READS = 13;
  private static final int WEIGHT_BITS = 16;

  private final RowGroupSource source;
  private final double[] distinct;
  private final Map<String, Integer> kindOfSource = new HashMap<>();
  private final long seed;
  private final int[] rowGroups;
  private final Offsets shards;
  private final int[][] counts;

  /**
   * A mixture of the row groups of some shards.
   *
   * @param rowGroupsOfShards samples in each row group, by shard
   */
  WeightedMixture(
      RowGroupSource source,
      List<List<Integer>> rowGroupsOfShards,
      SourceWeights weights,
      long seed) {
    this.source = source;
    this.distinct =
        weights.bySource().values().stream()
            .mapToDouble(Double::doubleValue)
            .distinct()
            .sorted()
            .toArray();
    weights
        .bySource()
        .forEach((name, w) -> kindOfSource.put(name, Arrays.binarySearch(distinct, w)));
    this.seed = seed;
    this.rowGroups =
        rowGroupsOfShards.stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray();
    this.shards = Offsets.of(rowGroupsOfShards.stream().mapToInt(List::size));
    this.counts = new int[rowGroups.length][];
  }

  @Override
  public int[] rowGroups() {
    return rowGroups;
  }

  @Override
  public int reads(int rowGroup, int epoch) {
    if (counts[rowGroup] == null) {
      countShardOf(rowGroup);
    }
    long reads = 0;
    for (int kind = 0; kind < distinct.length; kind++) {
      int samples = counts[rowGroup][kind];
      reads += (long) distinct[kind] * samples;
      reads += extraReads(kind, samples, random(rowGroup, kind, epoch));
    }
    return Math.toIntExact(reads);
  }

  @Override
  public int[] readsOfEach(int rowGroup, int epoch) {
    int[] kinds = kinds(rowGroup);
    int[] reads = new int[kinds.length];
    int[] members = new int[kinds.length];
    for (int kind = 0; kind < distinct.length; kind++) {
      int samples = 0;
      for (int row = 0; row < kinds.length; row++) {
        if (kinds[row] == kind) {
          members[samples++] = row;
          reads[row] = (int) distinct[kind];
        }
      }
      CounterRandom random = random(rowGroup, kind, epoch);
      int extra = extraReads(kind, samples, random);
      for (int i = 0; i < extra; i++) {
        int chosen = i + random.nextInt(samples - i);
        reads[members[chosen]]++;
        members[chosen] = members[i];
      }
    }
    return reads;
  }

  private CounterRandom random(int rowGroup, int kind, int epoch) {
    return new CounterRandom(seed, EXTRA_READS, epoch, (long) rowGroup << WEIGHT_BITS | kind);
  }

  private int extraReads(int kind, int samples, CounterRandom random) {
    double fraction = distinct[kind] - Math.floor(distinct[kind]);
    return (int) (fraction * samples + random.nextDouble());
  }

  private void countShardOf(int rowGroup) {
    int shard = shards.partOf(rowGroup);
    int end = (int) shards.start(shard + 1);
    for (int group = (int) shards.start(shard); group < end; group++) {
      counts[group] = new int[distinct.length];
      for (int kind : kinds(group)) {
        counts[group][kind]++;
      }
    }
  }

  /** For each sample the index of its weight among the distinct ones. */
  private int[] kinds(int rowGroup) {
    try {
      String[] sources = source.sources(rowGroup);
      int[] kinds = new int[sources.length];
      for (int row = 0; row < kinds.length; row++) {
        kinds[row] = kind(sources[row], rowGroup);
      }
      return kinds;
    } catch (IOException e) {
      throw new ClusterException(
          "cannot read the sources of row group %d: %s".formatted(rowGroup, e.getMessage()), e);
    }
  }

  private int kind(String name, int rowGroup) {
    Integer kind = kindOfSource.get(name);
    if (kind == null) {
      throw new CorruptDataException(
          "row group %d holds a sample of source '%s', which the manifest does not list for its shard; run 'retromae verify' on the corpus"
              .formatted(rowGroup, name));
    }
    return kind;
  }
}
