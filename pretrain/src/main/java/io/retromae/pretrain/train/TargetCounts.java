package io.retromae.pretrain.train;

import io.retromae.pretrain.model.BatchArrays;
import io.retromae.pretrain.model.LossScale;
import java.nio.ByteBuffer;

/**
 * What the terms of a loss are averaged over.
 *
 * @param encoder labelled tokens of the encoder
 * @param decoder labelled tokens of the decoder
 * @param rows texts, for the bag of words
 */
record TargetCounts(long encoder, long decoder, long rows) {
  static final TargetCounts NONE = new TargetCounts(0, 0, 0);

  static TargetCounts of(BatchArrays batch) {
    return new TargetCounts(batch.encoderTargets(), batch.decoderTargets(), batch.rows());
  }

  TargetCounts plus(TargetCounts other) {
    return new TargetCounts(encoder + other.encoder, decoder + other.decoder, rows + other.rows);
  }

  /** Factors that make means over these a part of the means over {@code whole}: n / N. */
  LossScale shareOf(TargetCounts whole) {
    return new LossScale(
        share(encoder, whole.encoder), share(decoder, whole.decoder), share(rows, whole.rows));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole; // a term without any token is 0
  }

  byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(3 * Long.BYTES);
    return out.putLong(encoder).putLong(decoder).putLong(rows).array();
  }

  static TargetCounts of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new TargetCounts(in.getLong(), in.getLong(), in.getLong());
  }
}
