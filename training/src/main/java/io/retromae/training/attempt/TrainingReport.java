package io.retromae.training.attempt;

import io.retromae.training.loop.TrainingState;

/**
 * How a run ended.
 *
 * @param state where it stands
 * @param totalSteps of its plan
 * @param exportFolder the Hugging Face folder; empty text if the run was stopped before its end
 */
public record TrainingReport(TrainingState state, long totalSteps, String exportFolder) {
  /** Whether all steps are done. */
  public boolean finished() {
    return state.step() == totalSteps;
  }
}
