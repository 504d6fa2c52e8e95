package io.retromae.training.settings;

import io.retromae.core.config.Setting;
import java.util.Optional;

/**
 * How long to train.
 *
 * @param numTrainEpochs passes over the corpus
 * @param maxSteps optimizer steps, in place of epochs
 * @param seed of every random choice
 * @param earlyStopping whether it ends when it gets no better
 */
public record ScheduleSettings(
    @Setting(doc = "Passes over the corpus.", standard = "1", min = 1) int numTrainEpochs,
    @Setting(
            doc = "Optimizer steps; when given it replaces num_train_epochs.",
            standard = "null",
            min = 1)
        Optional<Long> maxSteps,
    @Setting(doc = "Seed of weights, order, masks and dropout.", standard = "42", min = 0)
        long seed,
    @Setting(doc = "Whether to end when the model gets no better.")
        EarlyStoppingSettings earlyStopping) {}
