package io.retromae.pretrain.masking;

import io.retromae.core.hash.CounterRandom;

/**
 * Whose masks are drawn.
 *
 * @param kinds of the vocabulary's tokens
 * @param seed of the run
 * @param epoch pass over the corpus
 * @param sample global index of the sample
 * @param repeat how often the epoch has read the sample already, from 0
 */
public record MaskingContext(TokenKinds kinds, long seed, long epoch, long sample, int repeat) {
  static final long ENCODER = 1;
  static final long DECODER = 2;

  CounterRandom random(long purpose) {
    return new CounterRandom(seed, purpose + ((long) repeat << 32), epoch, sample);
  }
}
