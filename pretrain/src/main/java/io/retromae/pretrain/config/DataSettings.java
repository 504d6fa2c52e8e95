package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;
import java.util.Map;

/**
 * What one optimizer step reads.
 *
 * @param maxSeqLength longest row, special tokens included
 * @param logicalShards parts the corpus is dealt to; fixed for a run
 * @param perDeviceTrainBatchSize rows of one micro-batch
 * @param gradientAccumulationSteps micro-batches of one logical shard in a step
 * @param mixtureWeights where weights of sources come from
 * @param sourceWeights weights of single sources
 * @param groupByLength whether micro-batches hold rows of like length
 * @param prefetchBatches micro-batches built ahead
 */
public record DataSettings(
    @Setting(
            doc = "Longest row in tokens, special ones included; longer samples are cut.",
            standard = "512",
            min = 4)
        int maxSeqLength,
    @Setting(
            doc =
                "Parts that the corpus is dealt to, whatever the number of workers, which must"
                    + " divide it. The global batch is logical_shards x"
                    + " per_device_train_batch_size x gradient_accumulation_steps.",
            standard = "8",
            min = 1,
            max = 4096)
        int logicalShards,
    @Setting(doc = "Rows of one micro-batch.", standard = "32", min = 1)
        int perDeviceTrainBatchSize,
    @Setting(doc = "Micro-batches of each logical shard in one step.", standard = "1", min = 1)
        int gradientAccumulationSteps,
    @Setting(
            doc =
                "How often an epoch reads a sample: manifest = as the weight says that the etl job"
                    + " gave its source (3: three times, with other masks; 0.5: in every other"
                    + " epoch), ignore = once.",
            standard = "manifest")
        MixtureWeights mixtureWeights,
    @Setting(
            doc =
                "Weights of single sources by name, in place of those above; 0 leaves a source"
                    + " out.",
            standard = "{}",
            min = 0,
            max = 1000)
        Map<String, Double> sourceWeights,
    @Setting(
            doc =
                "Put rows of like length into one micro-batch, among the rows that a logical shard"
                    + " gives to one step: less padding, if gradient_accumulation_steps is above"
                    + " 1. Which samples a step holds does not change.",
            standard = "false")
        boolean groupByLength,
    @Setting(
            doc =
                "Micro-batches that a worker builds ahead while it computes; each takes memory,"
                    + " none changes the result.",
            standard = "4",
            min = 1,
            max = 1024)
        int prefetchBatches) {

  /** Whose weights count for sources that {@code source_weights} does not name. */
  public enum MixtureWeights {
    /** Those in the manifest. */
    MANIFEST,
    /** All are 1. */
    IGNORE
  }

  /** Copies the mapping. */
  public DataSettings {
    sourceWeights = Map.copyOf(sourceWeights);
  }
}
