package io.retromae.training.measure;

/**
 * A figure that checkpoints can be compared by, called as TensorBoard has it: {@code eval/loss},
 * {@code eval/probe_medical_mrr_at_10}. Of losses the lower one is better, of all others the
 * higher.
 *
 * @param name as users write it
 */
public record Metric(String name) {
  /** How all names begin. */
  public static final String PREFIX = "eval/";

  private static final String LOSS = "loss";

  boolean lowerIsBetter() {
    return name.endsWith(LOSS);
  }

  /**
   * Whether a value is better than another by more than a margin; one that is no number never is.
   */
  boolean isBetter(double value, double than, double margin) {
    return lowerIsBetter() ? value < than - margin : value > than + margin;
  }
}
