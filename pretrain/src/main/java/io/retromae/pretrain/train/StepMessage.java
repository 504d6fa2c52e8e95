package io.retromae.pretrain.train;

import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.model.Losses;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rank tells the others at the end of a step, beside the gradients: the losses of its
 * logical shards, counts, times and what it wants to happen after the step.
 *
 * @param work what the rank computed
 * @param exchange time that the step before spent with the other ranks
 * @param norms L2 norms of the blocks of the rank's part of the gradient; empty if not sharded
 * @param note what the rank's observer tells the other observers; often empty
 * @param residentBytes memory of the host that its process holds
 * @param stop whether the rank was asked to stop
 * @param save whether the rank finds that the run should be saved
 */
record StepMessage(
    ShardWork work,
    Collective.Times exchange,
    double[] norms,
    byte[] note,
    long residentBytes,
    boolean stop,
    boolean save) {
  private static final int DOUBLES_PER_LOSS = 4;
  private static final int STOP = 1;
  private static final int SAVE = 2;

  byte[] toBytes() {
    int doubles = work.losses().size() * DOUBLES_PER_LOSS + norms.length + 4;
    int counts = 3 * Integer.BYTES + 3 * Long.BYTES;
    ByteBuffer out = ByteBuffer.allocate(doubles * Double.BYTES + counts + note.length + 1);
    out.putInt(work.losses().size());
    for (Losses l : work.losses()) {
      out.putDouble(l.total()).putDouble(l.encoder()).putDouble(l.decoder()).putDouble(l.bow());
    }
    out.putLong(work.tokens()).putLong(work.samples());
    out.putDouble(work.dataMs()).putDouble(work.computeMs());
    out.putDouble(exchange.totalMs()).putDouble(exchange.idleMs());
    out.putInt(norms.length);
    for (double norm : norms) {
      out.putDouble(norm);
    }
    out.putInt(note.length).put(note);
    out.putLong(residentBytes);
    out.put((byte) ((stop ? STOP : 0) | (save ? SAVE : 0)));
    return out.array();
  }

  /** Where the rank's time went. */
  StepReport.RankTimes times() {
    return new StepReport.RankTimes(
        work.dataMs(), work.computeMs(), exchange.totalMs() - exchange.idleMs(), exchange.idleMs());
  }

  static StepMessage of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<Losses> losses = new ArrayList<>();
    for (int n = in.getInt(); n > 0; n--) {
      losses.add(new Losses(in.getDouble(), in.getDouble(), in.getDouble(), in.getDouble()));
    }
    ShardWork work =
        new ShardWork(losses, in.getLong(), in.getLong(), in.getDouble(), in.getDouble());
    Collective.Times exchange = new Collective.Times(in.getDouble(), in.getDouble());
    double[] norms = new double[in.getInt()];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = in.getDouble();
    }
    byte[] note = new byte[in.getInt()];
    in.get(note);
    long resident = in.getLong();
    int wishes = in.get();
    return new StepMessage(
        work, exchange, norms, note, resident, (wishes & STOP) != 0, (wishes & SAVE) != 0);
  }
}
