package io.retromae.training.settings;

import io.retromae.core.config.Setting;
import java.util.Optional;

/**
 * Whether a run ends before its last step because it gets no better.
 *
 * @param patience measurements without a gain that end it; empty: it never ends early
 * @param minGain what a gain must be larger than
 */
public record EarlyStoppingSettings(
    @Setting(
            doc =
                "End the run when so many measurements of checkpoint.keep_best in a row were no"
                    + " gain; null trains to the last step. The rate is planned for the last step.",
            standard = "null",
            min = 1)
        Optional<Integer> patience,
    @Setting(
            doc = "A measurement is a gain if it is better than the last gain by more than this.",
            standard = "0",
            min = 0)
        double minGain) {}
