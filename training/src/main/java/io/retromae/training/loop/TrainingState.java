package io.retromae.training.loop;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.NothingMeasured;
import io.retromae.training.measure.Selection;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.optimize.Optimizer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a run stands; with the parameters and both moments it is all that resuming needs, since
 * every random choice is a function of the seed and these numbers.
 *
 * @param step steps done: global batches read
 * @param updates optimizer updates done; smaller than {@code step} by the skipped ones
 * @param skippedInARow steps skipped since the last update
 * @param firstLoss total loss of the run's first step
 * @param lastLosses of the last step done
 * @param lossWindow what losses are usual, to notice others
 * @param lastEvaluation on held-out samples, the last one so far
 * @param figures what was measured beside the loss, first and last
 * @param selection the best checkpoint so far
 */
public record TrainingState(
    long step,
    long updates,
    long skippedInARow,
    double firstLoss,
    MeanLosses lastLosses,
    LossWindow lossWindow,
    EvaluationReport lastEvaluation,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NothingMeasured.class)
        Figures figures,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NothingMeasured.class)
        Selection selection) {
  /** A run that has not begun. */
  public static final TrainingState START =
      new TrainingState(
          0,
          0,
          0,
          0,
          MeanLosses.NONE,
          LossWindow.EMPTY,
          EvaluationReport.NONE,
          Figures.NONE,
          Selection.NONE);

  /** Checkpoints of earlier builds have no figures and no selection. */
  public TrainingState {
    figures = figures == null ? Figures.NONE : figures;
    selection = selection == null ? Selection.NONE : selection;
  }

  /** A loss so many times the first one is worse than no training; noise does not reach it. */
  private static final double FAR_ABOVE = 1.5;

  /** Why this is no state to end a run in as if it had gone well; empty if it is one. */
  public Optional<String> failure() {
    double last = lastLosses.total();
    if (step > 0 && updates == 0) {
      return Optional.of(
          String.format(Locale.ROOT, "none of its %,d steps had finite gradients", step));
    }
    if (!Double.isFinite(last)) {
      return Optional.of("its last loss is " + last);
    }
    double lately = Math.min(last, lossWindow.mean()); // a hard batch alone is no failure
    if (firstLoss > 0 && lately > FAR_ABOVE * firstLoss) {
      return Optional.of(
          String.format(Locale.ROOT, "its loss rose from %,.4f to %,.4f", firstLoss, last));
    }
    return Optional.empty();
  }

  /** Steps that changed nothing, because their gradients were not finite. */
  public long skippedSteps() {
    return step - updates;
  }

  /** The state after one more step. */
  TrainingState after(MeanLosses losses, Optimizer.Update update) {
    return new TrainingState(
        step + 1,
        update.skipped() ? updates : updates + 1,
        update.skipped() ? skippedInARow + 1 : 0,
        step == 0 ? losses.total() : firstLoss,
        losses,
        lossWindow.after(losses.total()),
        lastEvaluation,
        figures,
        selection);
  }

  /** The state with a newer result on held-out samples. */
  TrainingState evaluated(EvaluationReport evaluation) {
    return with(evaluation, figures, selection);
  }

  /** The state with newer figures, by the metrics' names. */
  TrainingState measured(Map<String, Double> metrics) {
    return with(lastEvaluation, figures.with(step, metrics), selection);
  }

  /** The state that a run goes on from by a rule, which may forget the best so far. */
  public TrainingState begun(SelectionRule rule) {
    return selecting(rule.begin(selection, step));
  }

  /** The state with another choice of the best checkpoint. */
  TrainingState selecting(Selection choice) {
    return with(lastEvaluation, figures, choice);
  }

  private TrainingState with(EvaluationReport evaluation, Figures measured, Selection choice) {
    return new TrainingState(
        step,
        updates,
        skippedInARow,
        firstLoss,
        lastLosses,
        lossWindow,
        evaluation,
        measured,
        choice);
  }
}
