package io.retromae.training.loop;

import io.retromae.training.collective.Collective;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rank tells the others at the end of a step, beside the gradients: losses and gauges of its
 * logical shards, counts, times and what it wants to happen after the step.
 *
 * @param work what the rank computed
 * @param exchange time that the step before spent with the other ranks
 * @param norms L2 norms of the blocks of the rank's part of the gradient; empty if not sharded
 * @param note what the rank's saver tells the other savers; often empty
 * @param residentBytes memory of the host that its process holds
 * @param stop whether the rank was asked to stop
 * @param save whether the rank finds that the run should be saved
 */
record StepMessage(
    StepSums work,
    Collective.Times exchange,
    double[] norms,
    byte[] note,
    long residentBytes,
    boolean stop,
    boolean save) {
  private static final int STOP = 1;
  private static final int SAVE = 2;

  byte[] toBytes() {
    int shards = work.losses().size();
    int perShard = shards == 0 ? 0 : work.losses().get(0).length;
    int gaugesPerShard = shards == 0 ? 0 : work.gauges().get(0).length;
    int doubles = shards * (perShard + gaugesPerShard) + norms.length + 5;
    int counts = 5 * Integer.BYTES + 3 * Long.BYTES;
    ByteBuffer out = ByteBuffer.allocate(doubles * Double.BYTES + counts + note.length + 1);
    out.putInt(shards).putInt(perShard).putInt(gaugesPerShard);
    work.losses().forEach(losses -> put(out, losses));
    work.gauges().forEach(gauges -> put(out, gauges));
    out.putLong(work.tokens()).putLong(work.samples()).putDouble(work.flops());
    out.putDouble(work.dataMs()).putDouble(work.computeMs());
    out.putDouble(exchange.totalMs()).putDouble(exchange.idleMs());
    out.putInt(norms.length);
    put(out, norms);
    out.putInt(note.length).put(note);
    out.putLong(residentBytes);
    out.put((byte) ((stop ? STOP : 0) | (save ? SAVE : 0)));
    return out.array();
  }

  private static void put(ByteBuffer out, double[] values) {
    for (double value : values) {
      out.putDouble(value);
    }
  }

  private static double[] doubles(ByteBuffer in, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getDouble();
    }
    return values;
  }

  private static List<double[]> rows(ByteBuffer in, int rows, int columns) {
    List<double[]> values = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      values.add(doubles(in, columns));
    }
    return values;
  }

  /** Where the rank's time went. */
  StepReport.RankTimes times() {
    return new StepReport.RankTimes(
        work.dataMs(), work.computeMs(), exchange.totalMs() - exchange.idleMs(), exchange.idleMs());
  }

  static StepMessage of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int shards = in.getInt();
    int perShard = in.getInt();
    int gaugesPerShard = in.getInt();
    List<double[]> losses = rows(in, shards, perShard);
    List<double[]> gauges = rows(in, shards, gaugesPerShard);
    StepSums work =
        new StepSums(
            losses,
            gauges,
            in.getLong(),
            in.getLong(),
            in.getDouble(),
            in.getDouble(),
            in.getDouble());
    Collective.Times exchange = new Collective.Times(in.getDouble(), in.getDouble());
    double[] norms = doubles(in, in.getInt());
    byte[] note = new byte[in.getInt()];
    in.get(note);
    long resident = in.getLong();
    int wishes = in.get();
    return new StepMessage(
        work, exchange, norms, note, resident, (wishes & STOP) != 0, (wishes & SAVE) != 0);
  }
}
