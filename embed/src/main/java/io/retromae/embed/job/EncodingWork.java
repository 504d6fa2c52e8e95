package io.retromae.embed.job;

import io.retromae.training.bert.BertShape;

/**
 * About how much there is to compute.
 *
 * @param tokens of all texts
 * @param flops of all of it: 2 a weight and token, and attention over rows of the texts' length
 */
public record EncodingWork(double tokens, double flops) {
  /** Of English words a piece has some 4 characters; a Chinese character has 3 bytes. */
  public static final double BYTES_PER_TOKEN = 3.5;

  /** Nothing. */
  public static final EncodingWork NONE = new EncodingWork(0, 0);

  /** Tokens of a row of texts that nobody has looked at, at most. */
  private static final int ASSUMED_ROW = 256;

  /** Of a plan, if {@value #BYTES_PER_TOKEN} stored bytes are a token. */
  public static EncodingWork of(EmbedPlan plan) {
    double row = Math.min(ASSUMED_ROW, plan.encoder().maxLength());
    return of(plan.shape(), plan.bytes() / BYTES_PER_TOKEN, row);
  }

  /**
   * Of a model.
   *
   * @param tokens of all texts
   * @param row tokens of a text
   */
  public static EncodingWork of(BertShape shape, double tokens, double row) {
    double attention = (double) shape.numHiddenLayers() * 4 * row * shape.hiddenSize();
    return new EncodingWork(tokens, tokens * (2 * weights(shape) + attention));
  }

  /** Weights of the layers' matrices. */
  static double weights(BertShape shape) {
    double width = shape.hiddenSize();
    return shape.numHiddenLayers() * (4 * width * width + 2 * width * shape.intermediateSize());
  }

  /** Of both. */
  public EncodingWork plus(EncodingWork other) {
    return new EncodingWork(tokens + other.tokens, flops + other.flops);
  }
}
