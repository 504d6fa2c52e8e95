package io.retromae.pretrain.train;

import io.retromae.pretrain.model.Evaluation;

/**
 * How the model did on held-out samples.
 *
 * @param step steps done when it was evaluated
 * @param sums of all batches
 */
public record EvaluationReport(long step, Evaluation sums) {
  /** Not evaluated yet. */
  public static final EvaluationReport NONE = new EvaluationReport(0, Evaluation.NONE);

  /** Whether there is a result. */
  public boolean present() {
    return sums.rows() > 0;
  }

  /** Mean cross-entropy over the encoder's labelled tokens. */
  public double encoderLoss() {
    return mean(sums.encoderLossSum(), sums.encoderTokens());
  }

  /** Share of the encoder's labelled tokens that scored best. */
  public double encoderAccuracy() {
    return mean(sums.encoderCorrect(), sums.encoderTokens());
  }

  /** Mean cross-entropy over the decoder's labelled tokens. */
  public double decoderLoss() {
    return mean(sums.decoderLossSum(), sums.decoderTokens());
  }

  /** Share of the decoder's labelled tokens that scored best. */
  public double decoderAccuracy() {
    return mean(sums.decoderCorrect(), sums.decoderTokens());
  }

  /** Mean bag-of-words loss over the rows, unweighted; 0 where it is not trained. */
  public double bowLoss() {
    return mean(sums.bowLossSum(), sums.rows());
  }

  private static double mean(double sum, long count) {
    return count == 0 ? 0 : sum / count;
  }
}
