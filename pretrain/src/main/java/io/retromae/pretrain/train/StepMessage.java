package io.retromae.pretrain.train;

import io.retromae.pretrain.model.Losses;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rank tells the others at the end of a step, beside the gradients: the losses of its
 * logical shards, counts, times and whether it was asked to stop.
 *
 * @param losses mean losses of each of the rank's logical shards, in order
 * @param tokens tokens read
 * @param samples rows read
 * @param dataMs time for batches
 * @param computeMs time for forward and backward
 * @param allReduceMs time in the last step's all-reduce
 * @param stop whether the rank was asked to stop
 */
record StepMessage(
    List<Losses> losses,
    long tokens,
    long samples,
    double dataMs,
    double computeMs,
    double allReduceMs,
    boolean stop) {
  private static final int DOUBLES_PER_LOSS = 4;

  byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(4 + losses.size() * DOUBLES_PER_LOSS * 8 + 5 * 8 + 1);
    out.putInt(losses.size());
    for (Losses l : losses) {
      out.putDouble(l.total()).putDouble(l.encoder()).putDouble(l.decoder()).putDouble(l.bow());
    }
    out.putLong(tokens).putLong(samples);
    out.putDouble(dataMs).putDouble(computeMs).putDouble(allReduceMs);
    out.put((byte) (stop ? 1 : 0));
    return out.array();
  }

  static StepMessage of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<Losses> losses = new ArrayList<>();
    for (int n = in.getInt(); n > 0; n--) {
      losses.add(new Losses(in.getDouble(), in.getDouble(), in.getDouble(), in.getDouble()));
    }
    return new StepMessage(
        losses,
        in.getLong(),
        in.getLong(),
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        in.get() != 0);
  }
}
