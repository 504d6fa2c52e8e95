package io.retromae.training.settings;

import io.retromae.core.config.Setting;

/**
 * Where and how precisely a worker computes.
 *
 * @param device CPU or GPU
 * @param precision of matrix products
 * @param tf32 whether a GPU may round float32 products
 * @param gradientCheckpointing whether layers are computed again in the backward pass
 */
public record ComputeSettings(
    @Setting(
            doc =
                "auto takes the GPU that Spark assigned to the task, else one that CUDA shows, else"
                    + " the CPU; cuda fails without a GPU.",
            standard = "auto")
        DeviceSetting device,
    @Setting(
            doc =
                "Numbers that matrix products read: fp32, or bf16 where the device is fast at it."
                    + " Parameters, moments, LayerNorm, softmax and losses are float32 in both.",
            standard = "fp32")
        Precision precision,
    @Setting(
            doc = "Lets a GPU round the factors of float32 products to TF32 (10 bits of mantissa).",
            standard = "false")
        boolean tf32,
    @Setting(
            doc =
                "Computes each layer again in the backward pass instead of keeping it: less memory"
                    + " for long rows and large models, about a third more time, the same bits.",
            standard = "false")
        boolean gradientCheckpointing) {

  /** What matrix products read. */
  public enum Precision {
    /** float32. */
    FP32,
    /** bfloat16, with float32 sums. */
    BF16
  }
}
