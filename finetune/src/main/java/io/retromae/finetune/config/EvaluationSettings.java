package io.retromae.finetune.config;

import io.retromae.core.config.Setting;
import io.retromae.embed.probe.ProbeSettings;
import java.util.List;
import java.util.Optional;

/**
 * What the model is evaluated on, never trained on.
 *
 * @param holdoutLines lines of the training data that are kept out of training
 * @param data files of lines in place of those
 * @param evalSteps steps between evaluations; empty for one at the start and one at the end
 * @param probe retrieval that the model is tried on
 */
public record EvaluationSettings(
    @Setting(
            doc =
                "Lines of data.train that are kept out of training and evaluated: those whose"
                    + " queries have the smallest hashes, so lines of equal queries stay together."
                    + " At least data.global_batch_size, since a loss depends on the number of"
                    + " negatives; 0 holds none back.",
            standard = "0",
            min = 0,
            max = 100_000)
        int holdoutLines,
    @Setting(
            doc =
                "Files, folders and patterns of lines to evaluate in place of those, in the formats"
                    + " of data.train.",
            standard = "[]")
        List<String> data,
    @Setting(
            doc =
                "Steps between evaluations beside those at the start and at the end; null is these"
                    + " two alone.",
            standard = "null",
            min = 1)
        Optional<Integer> evalSteps,
    @Setting(
            doc =
                "Retrieval that the model is tried on before the first step and behind the last, so"
                    + " that forgetting is seen.")
        ProbeSettings probe) {
  /** Checks that at most one set is named, and that there is one if steps are given. */
  public EvaluationSettings {
    data = List.copyOf(data);
    if (holdoutLines > 0 && !data.isEmpty()) {
      throw new IllegalArgumentException(
          "holdout_lines = %d: cannot go with evaluation.data = %s; remove one of them"
              .formatted(holdoutLines, data));
    }
    boolean nothing = holdoutLines == 0 && data.isEmpty() && probe.tasks().isEmpty();
    if (nothing && evalSteps.isPresent()) {
      throw new IllegalArgumentException(
          "eval_steps = %d: there is nothing to evaluate; set evaluation.holdout_lines, evaluation.data or evaluation.probe.tasks"
              .formatted(evalSteps.get()));
    }
  }

  /** Steps between two tries of the probe; empty for one at the start and one at the end. */
  public Optional<Integer> probeSteps() {
    return probe.steps().or(() -> evalSteps);
  }
}
