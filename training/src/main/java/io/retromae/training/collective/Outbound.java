package io.retromae.training.collective;

import io.retromae.training.collective.CollectiveOptions.WireType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Sends values piece by piece, so that checksum and kernel find a piece in the cache. */
final class Outbound {
  /** 512 KB of float32. */
  static final int PIECE = 1 << 17;

  private final BFloat16 bfloat16 = new BFloat16();
  private ByteBuffer wire = ByteBuffer.allocate(0);

  /** Sends all values of a span as one frame. */
  void send(DataConnection connection, OperationId operation, Span span, WireType type)
      throws IOException {
    connection.begin(operation, wireBytes(span.count(), type));
    for (long done = 0; done < span.count(); done += PIECE) {
      ByteBuffer piece = span.slice(done, (int) Math.min(PIECE, span.count() - done));
      connection.write(type == WireType.FLOAT32 ? piece : halved(piece));
    }
    connection.end();
  }

  /** Bytes of so many values on the wire. */
  static long wireBytes(long values, WireType type) {
    return type == WireType.FLOAT32 ? values * Float.BYTES : BFloat16.wireBytes(values);
  }

  private ByteBuffer halved(ByteBuffer piece) {
    if (wire.capacity() == 0) {
      wire = ByteBuffer.allocateDirect(PIECE * 2).order(ByteOrder.nativeOrder());
    }
    bfloat16.encode(piece, wire);
    return wire;
  }
}
