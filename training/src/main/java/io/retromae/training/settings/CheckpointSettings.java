package io.retromae.training.settings;

import io.retromae.core.config.Setting;
import java.util.Optional;

/**
 * How often the run is saved.
 *
 * @param saveSteps steps between checkpoints
 * @param saveMinutes minutes after which a checkpoint is due
 * @param saveTotalLimit checkpoints kept
 * @param keepBest metric whose best checkpoint is kept besides, and exported
 */
public record CheckpointSettings(
    @Setting(doc = "Steps between checkpoints.", standard = "500", min = 1) int saveSteps,
    @Setting(
            doc =
                "Minutes after the last checkpoint in which another is written, whatever the"
                    + " step; null leaves it to save_steps.",
            standard = "30",
            above = 0)
        Optional<Double> saveMinutes,
    @Setting(
            doc = "Newest checkpoints that are kept; an older one goes when a newer one is whole.",
            standard = "3",
            min = 1)
        int saveTotalLimit,
    @Setting(
            doc =
                "Metric, as TensorBoard calls it (eval/loss, eval/probe_medical_mrr_at_10), whose best"
                    + " checkpoint is kept besides the newest ones and exported; null exports the"
                    + " last. Losses are better when lower, all others when higher.",
            standard = "null")
        Optional<String> keepBest) {}
