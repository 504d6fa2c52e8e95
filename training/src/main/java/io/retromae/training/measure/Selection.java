package io.retromae.training.measure;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;

/**
 * Which checkpoint of a run is the best so far; it is saved with the run.
 *
 * @param metric that checkpoints are compared by; empty text if they are not
 * @param bestStep steps done at the best one; 0 as long as there is none
 * @param bestValue the metric there
 * @param gainValue the metric when it last was better than at the gain before by more than {@code
 *     schedule.early_stopping.min_gain}; what the next gain is counted from
 * @param withoutGain measurements since then
 * @param measurements all of them, those before the first step not counted
 * @param basis fingerprint of what the metric is measured on; empty in earlier builds' checkpoints
 */
public record Selection(
    String metric,
    long bestStep,
    double bestValue,
    double gainValue,
    int withoutGain,
    int measurements,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String basis) {
  /** Nothing is compared. */
  public static final Selection NONE = new Selection("", 0, 0, 0, 0, 0, "");

  /** Earlier builds have no basis. */
  public Selection {
    basis = basis == null ? "" : basis;
  }

  /** Of a metric that has not been measured. */
  static Selection by(String metric, String basis) {
    return new Selection(metric, 0, 0, 0, 0, 0, basis);
  }

  /** The same choice, with other figures to come or another count of those without a gain. */
  Selection with(String newBasis, int newWithoutGain) {
    return new Selection(
        metric, bestStep, bestValue, gainValue, newWithoutGain, measurements, newBasis);
  }

  /** The step of the best checkpoint, or another one where none has been chosen. */
  public long bestStepOr(long other) {
    return bestStep > 0 ? bestStep : other;
  }

  /** The best in a few words: {@code best eval/loss 0.1234}; where there is one. */
  public String words() {
    return String.format(Locale.ROOT, "best %s %.4f of %d", metric, bestValue, measurements);
  }
}
