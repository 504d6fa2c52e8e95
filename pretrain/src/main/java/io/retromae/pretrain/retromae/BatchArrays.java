package io.retromae.pretrain.retromae;

import io.retromae.training.loop.MicroBatch;
import java.util.Arrays;

/**
 * The values of one micro-batch as the model reads them, B rows padded to L, row-major.
 *
 * @param rows B
 * @param length L
 * @param encoderInputIds [B, L] masked ids, padding id past a row's end
 * @param encoderLabels [B, L] original id where scored, else -100
 * @param decoderInputIds [B, L] original ids
 * @param decoderLabels [B, L] original id where scored, else -100
 * @param lengths [B] tokens of each row, special ones included
 * @param visibleBits [B, L, bytes] bit j of byte k of query i: may it see key 8k + j
 * @param bowIndex [n] row * V + id of each distinct content token, DupMAE only
 * @param bowWeight [n] its weight
 */
public record BatchArrays(
    int rows,
    int length,
    long[] encoderInputIds,
    long[] encoderLabels,
    long[] decoderInputIds,
    long[] decoderLabels,
    long[] lengths,
    byte[] visibleBits,
    long[] bowIndex,
    float[] bowWeight)
    implements MicroBatch {
  private static final long NO_LABEL = -100;

  @Override
  public long tokens() {
    return Arrays.stream(lengths).sum();
  }

  /** Positions that the encoder is scored on. */
  public long encoderTargets() {
    return targets(encoderLabels);
  }

  /** Positions that the decoder is scored on. */
  public long decoderTargets() {
    return targets(decoderLabels);
  }

  private static long targets(long[] labels) {
    long count = 0;
    for (long label : labels) {
      count += label == NO_LABEL ? 0 : 1;
    }
    return count;
  }
}
