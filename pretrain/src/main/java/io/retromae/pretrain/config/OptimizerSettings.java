package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;

/**
 * AdamW and its learning rate, named as Hugging Face's TrainingArguments.
 *
 * @param learningRate peak rate
 * @param weightDecay decoupled; not on biases and LayerNorm
 * @param adamBeta1 decay of the first moment
 * @param adamBeta2 decay of the second moment
 * @param adamEpsilon epsilon
 * @param maxGradNorm global L2 norm that gradients are clipped to
 * @param lrSchedulerType shape after the warm-up
 * @param warmupRatio share of all steps in which the rate rises from 0
 */
public record OptimizerSettings(
    @Setting(doc = "Peak rate (RetroMAE: 1e-4).", standard = "1e-4", above = 0) double learningRate,
    @Setting(
            doc = "Decoupled weight decay, not on biases and LayerNorm (RetroMAE: 0.01).",
            standard = "0.01",
            min = 0)
        double weightDecay,
    @Setting(doc = "Decay of the first moment.", standard = "0.9", min = 0, below = 1)
        double adamBeta1,
    @Setting(doc = "Decay of the second moment.", standard = "0.999", min = 0, below = 1)
        double adamBeta2,
    @Setting(doc = "Added to the root of the second moment.", standard = "1e-8", above = 0)
        double adamEpsilon,
    @Setting(doc = "Gradients are clipped to this global L2 norm.", standard = "1.0", above = 0)
        double maxGradNorm,
    @Setting(doc = "Shape of the rate after the warm-up.", standard = "linear")
        SchedulerType lrSchedulerType,
    @Setting(
            doc = "Share of all steps in which the rate rises from 0 (RetroMAE: 0.1).",
            standard = "0.1",
            min = 0,
            max = 1)
        double warmupRatio) {

  /** Shape of the learning rate after the warm-up. */
  public enum SchedulerType {
    /** Falls in a straight line to 0. */
    LINEAR,
    /** Falls along half a cosine to 0. */
    COSINE,
    /** Stays at the peak. */
    CONSTANT
  }
}
