package io.retromae.pretrain.mlm;

import io.retromae.pretrain.masking.EncoderMasking;
import io.retromae.training.bert.TokenRows;
import io.retromae.training.loop.MicroBatch;
import java.util.Arrays;

/**
 * The values of one micro-batch, B rows padded to L, row-major.
 *
 * @param inputs [B, L] masked ids, and the rows' lengths
 * @param labels [B, L] original id where scored, else -100
 */
record MlmBatch(TokenRows inputs, long[] labels) implements MicroBatch {
  @Override
  public int rows() {
    return inputs.lengths().length;
  }

  @Override
  public long tokens() {
    return Arrays.stream(inputs.lengths()).sum();
  }

  /** Positions that are scored. */
  long targets() {
    return Arrays.stream(labels).filter(label -> label != EncoderMasking.NO_LABEL).count();
  }
}
