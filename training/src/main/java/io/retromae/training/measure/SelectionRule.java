package io.retromae.training.measure;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.training.settings.TrainingSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the best checkpoint of a run is chosen, and when a run ends because it gets no better. A
 * function of what was measured, which has the same bits for every number of workers; so is what it
 * decides, also behind a resume.
 *
 * @param metric that checkpoints are compared by; empty: none is chosen
 * @param patience measurements without a gain that end the run; empty: it goes to its last step
 * @param minGain what a gain must be larger than
 * @param basis fingerprint of what the metric is measured on; figures of another one are not
 *     compared
 * @param extendedAt step at which the run was extended last; {@link #NEVER} if it was not
 */
public record SelectionRule(
    Optional<String> metric,
    Optional<Integer> patience,
    double minGain,
    String basis,
    long extendedAt) {
  /** No step. */
  public static final long NEVER = -1;

  /** Chooses nothing. */
  public static final SelectionRule NONE =
      new SelectionRule(Optional.empty(), Optional.empty(), 0, "", NEVER);

  private static final String SECTION = "evaluation.";
  private static final String PROBE = "evaluation.probe.";

  /**
   * How often, in what pieces or from where it is measured makes no other figure. What is read
   * there counts: {@link MeasuredOn}.
   */
  private static final Set<String> NO_MATTER =
      Set.of(
          "evaluation.eval_steps",
          "evaluation.probe.steps",
          "evaluation.per_device_eval_batch_size",
          "evaluation.corpus",
          "evaluation.data",
          "evaluation.probe.tasks");

  /** The rule of these settings. */
  public static SelectionRule of(TrainingSettings settings) {
    return new SelectionRule(
        settings.checkpoint().keepBest(),
        settings.schedule().earlyStopping().patience(),
        settings.schedule().earlyStopping().minGain(),
        "",
        NEVER);
  }

  /**
   * The same, with what the metric is measured on: settings and content.
   *
   * @param settings of the run that are not as by default, by path: so a setting that a later build
   *     adds changes nothing
   */
  public SelectionRule measuredBy(Map<String, String> settings, MeasuredOn content) {
    boolean probe = metric.isPresent() && metric.get().startsWith(Probe.Kind.TASKS.metric(""));
    StringBuilder all = new StringBuilder(probe ? content.tasks() : content.heldOut());
    new TreeMap<>(settings)
        .forEach(
            (path, value) -> {
              boolean own = path.startsWith(SECTION) && path.startsWith(PROBE) == probe;
              if (own && !NO_MATTER.contains(path)) {
                all.append('\n').append(path).append('=').append(value);
              }
            });
    return new SelectionRule(
        metric, patience, minGain, metric.isPresent() ? Sha256.of(all.toString()) : "", extendedAt);
  }

  /** The same in a run that was extended at a step: patience counts from there. */
  public SelectionRule extended(long step) {
    return new SelectionRule(metric, patience, minGain, basis, step);
  }

  /**
   * Refuses what could not choose.
   *
   * @param often metrics that the run measures again and again
   * @param once those that it measures at its end only
   * @throws ConfigException with what the user has to mend
   */
  public void check(List<String> often, List<String> once) {
    if (metric.isEmpty()) {
      patience.ifPresent(
          n -> {
            throw new ConfigException(
                "schedule.early_stopping.patience = %d: needs checkpoint.keep_best, the metric that it judges by"
                    .formatted(n));
          });
    } else if (once.contains(metric.get())) {
      throw new ConfigException(
          "checkpoint.keep_best = %s: is measured at the end only, so there is nothing to choose from; set evaluation.eval_steps"
              .formatted(metric.get()));
    } else if (!often.contains(metric.get())) {
      throw new ConfigException(
          "checkpoint.keep_best = %s: this run does not measure it; %s"
              .formatted(
                  metric.get(),
                  often.isEmpty() && once.isEmpty()
                      ? "it measures nothing: see the settings below evaluation"
                      : "it measures " + String.join(", ", often.isEmpty() ? once : often)));
    }
  }

  /**
   * What to go on from; of another metric, or of one that is measured on something else, nothing is
   * known.
   *
   * @param step that the run stands at
   */
  public Selection begin(Selection before, long step) {
    if (!isOf(before) || isOfOtherBasis(before)) {
      return metric.map(name -> Selection.by(name, basis)).orElse(Selection.NONE);
    }
    return before.with(basis, step == extendedAt ? 0 : before.withoutGain());
  }

  private boolean isOfOtherBasis(Selection selection) {
    return !selection.basis().isEmpty() && !selection.basis().equals(basis);
  }

  /** Why the best so far is forgotten; empty if it is not, or there is none. */
  public Optional<String> forgets(Selection before) {
    if (before.bestStep() == 0 || isOf(before) && !isOfOtherBasis(before)) {
      return Optional.empty();
    }
    return Optional.of(
        isOf(before)
            ? "what %s is measured on was changed (settings below evaluation)"
                .formatted(before.metric())
            : "checkpoint.keep_best was %s and is %s"
                .formatted(before.metric(), metric.orElse("null")));
  }

  private boolean isOf(Selection selection) {
    return metric.isPresent() && metric.get().equals(selection.metric());
  }

  /**
   * The choice when something has been measured.
   *
   * @param metrics values by name; where the rule's is not among them nothing changes
   */
  public Selection after(Selection before, long step, Map<String, Double> metrics) {
    if (step == 0 || metric.isEmpty() || !metrics.containsKey(metric.get())) {
      return before;
    }
    Metric by = new Metric(metric.get());
    double value = metrics.get(by.name());
    boolean counts = Double.isFinite(value);
    boolean first = before.bestStep() == 0;
    boolean best = counts && (first || by.isBetter(value, before.bestValue(), 0));
    boolean gain = counts && (first || by.isBetter(value, before.gainValue(), minGain));
    return new Selection(
        by.name(),
        best ? step : before.bestStep(),
        best ? value : before.bestValue(),
        gain ? value : before.gainValue(),
        gain ? 0 : before.withoutGain() + 1,
        before.measurements() + 1,
        basis);
  }

  /** Whether the run ends here although it has steps left. */
  public boolean ends(Selection selection) {
    return isOf(selection) && patience.isPresent() && selection.withoutGain() >= patience.get();
  }

  /** Which step's checkpoint a run hands on that stands at {@code last}. */
  public long exportStep(long last, Selection selection) {
    return isOf(selection) ? selection.bestStepOr(last) : last;
  }
}
