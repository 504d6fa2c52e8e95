package io.retromae.embed.encoder;

import io.retromae.core.config.Setting;
import io.retromae.training.settings.DeviceSetting;

/**
 * Settings of a job: where and in what batches encoders compute.
 *
 * @param device CPU or GPU
 * @param tokensPerBatch most tokens of a batch
 */
public record EncoderCompute(
    @Setting(
            doc =
                "auto takes the GPU that Spark assigned to the task, else one that CUDA shows, else"
                    + " the CPU; cuda fails without a GPU.",
            standard = "auto")
        DeviceSetting device,
    @Setting(
            doc =
                "Most tokens of a batch, one text at least. A GPU computes one batch at a time; on"
                    + " CPUs each core of the executor has its own, of 2,048 tokens at most.",
            standard = "" + EncoderOptions.TOKENS_PER_BATCH,
            min = 3)
        int tokensPerBatch) {}
