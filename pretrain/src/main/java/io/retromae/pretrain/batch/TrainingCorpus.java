package io.retromae.pretrain.batch;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.DataSettings;
import io.retromae.pretrain.config.PretrainConfig;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of a corpus that a run trains on: all shards but the last few, which may be held out,
 * with the weights of their sources. Owns the shards that it reads from; for one thread.
 */
public final class TrainingCorpus implements AutoCloseable {
  private final List<ShardEntry> shards;
  private final List<ShardEntry> heldOut;
  private final RowGroupSource source;
  private final SourceWeights weights;
  private final Mixture mixture;
  private final SamplePlan.Shape shape;
  private final long seed;

  private TrainingCorpus(Storage storage, PretrainConfig config, ShardManifest manifest) {
    List<ShardEntry> all = manifest.shards();
    this.heldOut = heldOut(config, manifest);
    this.shards = all.subList(0, all.size() - heldOut.size());
    this.source = new ShardRowGroups(storage, config.corpus(), shards);
    this.weights = SourceWeights.of(manifest, shards, config);
    this.shape = shape(config.data());
    this.seed = config.schedule().seed();
    List<List<Integer>> rowGroups = shards.stream().map(ShardEntry::rowGroups).toList();
    this.mixture =
        weights.allOne()
            ? EvenMixture.of(rowGroups.stream().flatMap(List::stream).toList())
            : new WeightedMixture(source, rowGroups, weights, seed);
  }

  /**
   * Opens the corpus that a configuration names; reads the manifest only.
   *
   * @throws ConfigException if nothing is left to train on or a weight is for an unknown source
   */
  public static TrainingCorpus open(Storage storage, PretrainConfig config) {
    return of(storage, config, ShardManifest.open(storage, config.corpus()));
  }

  /**
   * The corpus of a manifest that has been read.
   *
   * @throws ConfigException as {@link #open}
   */
  public static TrainingCorpus of(Storage storage, PretrainConfig config, ShardManifest manifest) {
    return new TrainingCorpus(storage, config, manifest);
  }

  /** The shards of a manifest that are never trained on. */
  static List<ShardEntry> heldOut(PretrainConfig config, ShardManifest manifest) {
    List<ShardEntry> all = manifest.shards();
    return all.subList(all.size() - checkedHoldout(config, all.size()), all.size());
  }

  private static int checkedHoldout(PretrainConfig config, int shards) {
    int held = config.evaluation().holdoutShards();
    if (held > 0 && held >= shards) {
      throw new ConfigException(
          ("evaluation.holdout_shards = %d: %s has %d shards and at least one must be left to train"
                  + " on; lower it, or run etl with a smaller samples_per_shard")
              .formatted(held, config.corpus(), shards));
    }
    return held;
  }

  private static SamplePlan.Shape shape(DataSettings data) {
    return new SamplePlan.Shape(
        data.logicalShards(), data.perDeviceTrainBatchSize(), data.gradientAccumulationSteps());
  }

  /**
   * How much there is to train on.
   *
   * @param shards files
   * @param rowGroups in them
   * @param samples each counted once
   * @param tokens in them
   * @param weights how often an epoch reads a sample, by source; only those that are not 1
   */
  public record Extent(
      int shards, int rowGroups, long samples, long tokens, SortedMap<String, Double> weights) {}

  /** How much there is to train on. */
  public Extent extent() {
    SortedMap<String, Double> weights = new TreeMap<>(this.weights.bySource());
    weights.values().removeIf(weight -> weight == 1);
    return new Extent(
        shards.size(),
        mixture.rowGroups().length,
        shards.stream().mapToLong(ShardEntry::samples).sum(),
        shards.stream().mapToLong(ShardEntry::tokens).sum(),
        weights);
  }

  /** Identifies the shards, those held out as well, and the weights. */
  public String fingerprint() {
    String files =
        Stream.concat(shards.stream(), heldOut.stream())
            .map(ShardEntry::sha256)
            .collect(Collectors.joining());
    SortedMap<String, Double> weights = extent().weights();
    return Sha256.of(weights.isEmpty() ? files : files + weights);
  }

  /** What the steps of an epoch read. With weights it reads the sources of all samples, once. */
  public SamplePlan plan(int epoch) {
    return SamplePlan.of(mixture, seed, epoch, shape);
  }

  RowGroupSource source() {
    return source;
  }

  Mixture mixture() {
    return mixture;
  }

  SamplePlan.Shape shape() {
    return shape;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
