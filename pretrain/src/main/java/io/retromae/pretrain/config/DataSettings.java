package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;

/**
 * What one optimizer step reads.
 *
 * @param maxSeqLength longest row, special tokens included
 * @param logicalShards streams the corpus is dealt to; fixed for a run
 * @param perDeviceTrainBatchSize rows of one micro-batch
 * @param gradientAccumulationSteps micro-batches of one logical shard in a step
 */
public record DataSettings(
    @Setting(
            doc = "Longest row in tokens, special ones included; longer samples are cut.",
            standard = "512",
            min = 4)
        int maxSeqLength,
    @Setting(
            doc =
                "Streams that the corpus is dealt to, whatever the number of workers, which must"
                    + " divide it. The global batch is logical_shards x"
                    + " per_device_train_batch_size x gradient_accumulation_steps.",
            standard = "8",
            min = 1,
            max = 4096)
        int logicalShards,
    @Setting(doc = "Rows of one micro-batch.", standard = "32", min = 1)
        int perDeviceTrainBatchSize,
    @Setting(doc = "Micro-batches of each logical shard in one step.", standard = "1", min = 1)
        int gradientAccumulationSteps) {}
