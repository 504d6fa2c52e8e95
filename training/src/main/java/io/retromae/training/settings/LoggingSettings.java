package io.retromae.training.settings;

import io.retromae.core.config.Setting;
import java.util.Optional;

/**
 * How often a step is reported, and to whom.
 *
 * @param loggingSteps steps between lines on the console and in metrics.jsonl
 * @param tensorboard whether TensorBoard's files are written, too
 * @param mlflow the tracking server that is told, too
 * @param peakTflops of a worker's device, in place of what is known or measured
 */
public record LoggingSettings(
    @Setting(
            doc = "Steps between lines on the console and in metrics.jsonl.",
            standard = "10",
            min = 1)
        int loggingSteps,
    @Setting(
            doc =
                "Also write what metrics.jsonl holds for TensorBoard, to the run's folder"
                    + " tensorboard.",
            standard = "true")
        boolean tensorboard,
    @Setting(doc = "The MLflow server that a run is tracked by, too.") MlflowSettings mlflow,
    @Setting(
            doc =
                "Peak of one worker's device in 10^12 operations a second, that mfu is measured"
                    + " against; null takes the data sheet's of a known GPU, and of a CPU what a"
                    + " matrix product makes when the worker starts.",
            standard = "null",
            above = 0)
        Optional<Double> peakTflops) {}
