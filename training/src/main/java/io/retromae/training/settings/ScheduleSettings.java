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
 * @param extend how a run goes on to more steps
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
        EarlyStoppingSettings earlyStopping,
    @Setting(
            doc =
                "Goes on with a run in this output to more steps than it was planned for: restate ="
                    + " the rate from its newest checkpoint on is as if all steps had been planned at"
                    + " first; rewarm = the new steps have a warm-up and a decay of their own"
                    + " (arXiv:2403.08763). null refuses another number of steps.",
            standard = "null")
        Optional<Extend> extend) {

  /** How the rate goes on where a run gets more steps than it was planned for. */
  public enum Extend {
    /** As if all steps had been planned from the beginning. */
    RESTATE,
    /** By a schedule of the new steps alone. */
    REWARM
  }
}
