package io.retromae.training.attempt;

import io.retromae.training.loop.TrainingState;

/**
 * How a run ended.
 *
 * @param state where it stands
 * @param totalSteps of its plan
 * @param exportedStep whose model was exported
 * @param exportFolder the Hugging Face folder; empty text if the run was stopped before its end
 */
public record TrainingReport(
    TrainingState state, long totalSteps, long exportedStep, String exportFolder) {
  /** How a run was stopped that goes on when it is started again. */
  static TrainingReport stopped(TrainingState state, long totalSteps) {
    return new TrainingReport(state, totalSteps, 0, "");
  }

  /** Whether it went to its end: the last step, or where it got no better. */
  public boolean finished() {
    return !exportFolder.isEmpty();
  }

  /** A line for the person who started it. */
  public String words() {
    if (!finished()) {
      return "stopped at step %,d of %,d; the same command goes on from there"
          .formatted(state.step(), totalSteps);
    }
    String steps =
        state.step() == totalSteps
            ? "%,d steps".formatted(totalSteps)
            : "%,d of %,d steps, %s got no better"
                .formatted(state.step(), totalSteps, state.selection().metric());
    String model =
        state.selection().bestStep() == exportedStep
            ? "model of step %,d (%s)".formatted(exportedStep, state.selection().words())
            : "model";
    return "done     %s, loss %.4f -> %.4f, %s in %s"
        .formatted(steps, state.firstLoss(), state.lastLosses().total(), model, exportFolder);
  }
}
