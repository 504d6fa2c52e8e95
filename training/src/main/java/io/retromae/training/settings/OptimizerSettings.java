package io.retromae.training.settings;

import io.retromae.core.config.Setting;
import java.util.Optional;

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
 * @param warmupSteps steps in which the rate rises from 0, in place of the share
 * @param maxSkippedSteps steps in a row without finite gradients that end the run
 * @param allreduceDtype type of gradients on their way between workers
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
    @Setting(
            doc =
                "Shape of the rate: linear, cosine and constant_with_warmup follow the warm-up;"
                    + " constant has none.",
            standard = "linear")
        SchedulerType lrSchedulerType,
    @Setting(
            doc = "Share of all steps in which the rate rises from 0 (RetroMAE: 0.1).",
            standard = "0.1",
            min = 0,
            max = 1)
        double warmupRatio,
    @Setting(
            doc = "Steps in which the rate rises from 0; when given it replaces warmup_ratio.",
            standard = "null",
            min = 0)
        Optional<Long> warmupSteps,
    @Setting(
            doc =
                "A step whose gradients are not all finite numbers changes nothing and is counted;"
                    + " so many of them in a row end the run. More than the 17 halvings that take"
                    + " fp16's usual loss scale from 65536 to below 1: what fails on as many"
                    + " different batches is the model.",
            standard = "20",
            min = 1)
        int maxSkippedSteps,
    @Setting(
            doc =
                "Type of gradients on their way between workers; sums are kept in float32. bfloat16"
                    + " (cluster.collective: tcp) halves the bytes, and bits then depend on the"
                    + " number of workers.",
            standard = "float32")
        AllreduceDtype allreduceDtype) {

  /** Type of gradients on the wire. */
  public enum AllreduceDtype {
    /** As they are. */
    FLOAT32,
    /** Rounded to 8 bits of fraction. */
    BFLOAT16
  }

  /** Shape of the learning rate after the warm-up. */
  public enum SchedulerType {
    /** Falls in a straight line to 0. */
    LINEAR,
    /** Falls along half a cosine to 0. */
    COSINE,
    /** Is the peak from the first step on; there is no warm-up. */
    CONSTANT,
    /** Stays at the peak. */
    CONSTANT_WITH_WARMUP
  }
}
