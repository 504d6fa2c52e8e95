package io.retromae.finetune.contrastive;

import io.retromae.training.collective.Collective;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.memory.DeviceVector;
import io.retromae.training.memory.HostVector;
import io.retromae.training.memory.VectorMemory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Gives every rank what the others have computed of a step, however much it is. */
final class VectorExchange {
  private final Collective collective;

  VectorExchange(Collective collective) {
    this.collective = collective;
  }

  /**
   * Completes a matrix of which each rank has its own rows.
   *
   * @param firstRow [W + 1] where each rank's rows begin, and the number of rows
   */
  void gather(FlatVector matrix, int[] firstRow, int columns) {
    if (collective.worldSize() == 1) {
      return;
    }
    VectorMemory values = collective.onDevice() ? matrix.inPlace() : matrix.fetch();
    for (int rank = 0; rank < collective.worldSize(); rank++) {
      long from = (long) firstRow[rank] * columns;
      long count = (long) firstRow[rank + 1] * columns - from;
      collective.broadcast(part(values, from, count), rank);
    }
    if (!collective.onDevice()) {
      matrix.store();
    }
  }

  private static VectorMemory part(VectorMemory values, long from, long count) {
    if (values instanceof DeviceVector device) {
      return new DeviceVector(device.address() + from * Float.BYTES, count, device.gpu());
    }
    return ((HostVector) values).part(from, count).words();
  }

  /** Gives every rank every rank's message, in pieces that the collective takes. */
  byte[][] gather(byte[] own) {
    int world = collective.worldSize();
    ByteArrayOutputStream[] whole = new ByteArrayOutputStream[world];
    Arrays.setAll(whole, rank -> new ByteArrayOutputStream());
    int most = Collective.MAX_MESSAGE_BYTES - 1;
    int from = 0;
    boolean more = true;
    while (more) {
      int count = Math.min(most, own.length - from);
      byte last = (byte) (from + count == own.length ? 1 : 0);
      byte[][] pieces =
          collective.allGather(
              ByteBuffer.allocate(count + 1).put(last).put(own, from, count).array());
      from += count;
      more = false;
      for (int rank = 0; rank < world; rank++) {
        more |= pieces[rank][0] == 0;
        whole[rank].write(pieces[rank], 1, pieces[rank].length - 1);
      }
    }
    return Arrays.stream(whole).map(ByteArrayOutputStream::toByteArray).toArray(byte[][]::new);
  }
}
