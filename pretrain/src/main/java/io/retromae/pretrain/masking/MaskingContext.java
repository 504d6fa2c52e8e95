package io.retromae.pretrain.masking;

/**
 * Whose masks are drawn.
 *
 * @param kinds of the vocabulary's tokens
 * @param seed of the run
 * @param epoch pass over the corpus
 * @param sample global index of the sample
 */
public record MaskingContext(TokenKinds kinds, long seed, long epoch, long sample) {
  static final long ENCODER = 1;
  static final long DECODER = 2;

  CounterRandom random(long purpose) {
    return new CounterRandom(seed, purpose, epoch, sample);
  }
}
