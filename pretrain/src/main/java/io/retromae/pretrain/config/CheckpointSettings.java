package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;

/**
 * How often the run is saved.
 *
 * @param saveSteps steps between checkpoints
 * @param saveTotalLimit checkpoints kept
 */
public record CheckpointSettings(
    @Setting(doc = "Steps between checkpoints.", standard = "500", min = 1) int saveSteps,
    @Setting(
            doc = "Newest checkpoints that are kept; an older one goes when a newer one is whole.",
            standard = "3",
            min = 1)
        int saveTotalLimit) {}
