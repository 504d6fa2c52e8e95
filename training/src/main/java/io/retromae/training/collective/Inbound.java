package io.retromae.training.collective;

import io.retromae.training.collective.CollectiveOptions.WireType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Receives values piece by piece, and adds each to what is there while it is in the cache. */
final class Inbound {
  /** 128 KB of float32: what has come is taken in before the core's cache forgets it. */
  private static final int PIECE = 1 << 15;

  private final BFloat16 bfloat16 = new BFloat16();
  private final FloatSum sums = new FloatSum();
  private ByteBuffer wire = ByteBuffer.allocate(0);
  private ByteBuffer floats = ByteBuffer.allocate(0);

  /** Receives a frame into a span, whose values are overwritten. */
  void take(DataConnection connection, OperationId operation, Span span, WireType type)
      throws IOException {
    connection.await(operation, Outbound.wireBytes(span.count(), type));
    for (long done = 0; done < span.count(); done += PIECE) {
      receive(connection, slice(span, done), type);
    }
    connection.finish();
  }

  /** Receives a frame and adds its values to those of a span. */
  void add(DataConnection connection, OperationId operation, Span span, WireType type)
      throws IOException {
    connection.await(operation, Outbound.wireBytes(span.count(), type));
    floats = buffer(floats);
    for (long done = 0; done < span.count(); done += PIECE) {
      ByteBuffer target = slice(span, done);
      floats.clear().limit(target.remaining());
      receive(connection, floats.slice().order(ByteOrder.nativeOrder()), type);
      sums.add(target, floats);
    }
    connection.finish();
  }

  private static ByteBuffer slice(Span span, long done) {
    return span.slice(done, (int) Math.min(PIECE, span.count() - done));
  }

  private void receive(DataConnection connection, ByteBuffer target, WireType type)
      throws IOException {
    if (type == WireType.FLOAT32) {
      connection.read(target);
      return;
    }
    wire = buffer(wire);
    wire.clear().limit((int) BFloat16.wireBytes(target.remaining() / Float.BYTES));
    connection.read(wire);
    bfloat16.decode(wire.flip(), target);
  }

  private static ByteBuffer buffer(ByteBuffer made) {
    return made.capacity() > 0
        ? made
        : ByteBuffer.allocateDirect(PIECE * Float.BYTES).order(ByteOrder.nativeOrder());
  }
}
