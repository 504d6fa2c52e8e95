package io.retromae.training.settings;

import io.retromae.core.config.Setting;

/**
 * How often a step is reported, and to whom.
 *
 * @param loggingSteps steps between lines on the console and in metrics.jsonl
 * @param tensorboard whether TensorBoard's files are written, too
 * @param mlflow the tracking server that is told, too
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
    @Setting(doc = "The MLflow server that a run is tracked by, too.") MlflowSettings mlflow) {}
