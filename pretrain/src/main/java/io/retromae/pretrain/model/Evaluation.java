package io.retromae.pretrain.model;

/**
 * What a batch, or many, scored without dropout. All are sums, so that batches of any size add up.
 *
 * @param encoderLossSum cross-entropies of the encoder's labelled tokens
 * @param encoderTokens how many
 * @param encoderCorrect how often the best score was the label's
 * @param decoderLossSum cross-entropies of the decoder's labelled tokens
 * @param decoderTokens how many
 * @param decoderCorrect how often the best score was the label's
 * @param bowLossSum bag-of-words losses of the rows; 0 where it is not trained
 * @param rows how many
 */
public record Evaluation(
    double encoderLossSum,
    long encoderTokens,
    long encoderCorrect,
    double decoderLossSum,
    long decoderTokens,
    long decoderCorrect,
    double bowLossSum,
    long rows) {
  /** Nothing scored. */
  public static final Evaluation NONE = new Evaluation(0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public Evaluation plus(Evaluation other) {
    return new Evaluation(
        encoderLossSum + other.encoderLossSum,
        encoderTokens + other.encoderTokens,
        encoderCorrect + other.encoderCorrect,
        decoderLossSum + other.decoderLossSum,
        decoderTokens + other.decoderTokens,
        decoderCorrect + other.decoderCorrect,
        bowLossSum + other.bowLossSum,
        rows + other.rows);
  }
}
