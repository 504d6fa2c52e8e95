package io.retromae.pretrain.batch;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.DataSettings;
import io.retromae.pretrain.config.PretrainConfig;
import java.util.List;

/**
 * The part of a corpus that a run trains on: all shards but the last few, which may be held out.
 *
 * @param shards trained on
 * @param heldOut never trained on
 * @param seed of the run
 * @param shape of its steps
 */
public record TrainingCorpus(
    List<ShardEntry> shards, List<ShardEntry> heldOut, long seed, SamplePlan.Shape shape) {
  /** Copies the lists. */
  public TrainingCorpus {
    shards = List.copyOf(shards);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * Divides the corpus that a configuration names.
   *
   * @throws ConfigException if nothing is left to train on
   */
  public static TrainingCorpus open(Storage storage, PretrainConfig config) {
    return of(ShardManifest.open(storage, config.corpus()), config);
  }

  /**
   * Divides a corpus whose manifest is at hand.
   *
   * @throws ConfigException if nothing is left to train on
   */
  public static TrainingCorpus of(ShardManifest manifest, PretrainConfig config) {
    List<ShardEntry> all = manifest.shards();
    int held = config.evaluation().holdoutShards();
    if (held > 0 && held >= all.size()) {
      throw new ConfigException(
          ("evaluation.holdout_shards = %d: %s has %d shards and at least one must be left to train"
                  + " on; lower it, or run etl with a smaller samples_per_shard")
              .formatted(held, config.corpus(), all.size()));
    }
    int trained = all.size() - held;
    return new TrainingCorpus(
        all.subList(0, trained),
        all.subList(trained, all.size()),
        config.schedule().seed(),
        shape(config.data()));
  }

  private static SamplePlan.Shape shape(DataSettings data) {
    return new SamplePlan.Shape(
        data.logicalShards(), data.perDeviceTrainBatchSize(), data.gradientAccumulationSteps());
  }

  /** Samples in each row group, in order. */
  public List<Integer> rowGroups() {
    return shards.stream().flatMap(shard -> shard.rowGroups().stream()).toList();
  }

  /** Samples to train on. */
  public long samples() {
    return shards.stream().mapToLong(ShardEntry::samples).sum();
  }

  /** Tokens in them. */
  public long tokens() {
    return shards.stream().mapToLong(ShardEntry::tokens).sum();
  }

  /** What the steps of an epoch read. */
  public SamplePlan plan(int epoch) {
    return SamplePlan.of(rowGroups(), seed, epoch, shape);
  }
}
