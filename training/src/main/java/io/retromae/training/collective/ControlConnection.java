package io.retromae.training.collective;

import io.retromae.training.connect.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The control connection to one peer, and what is known of that peer's process. Signals: type byte,
 * length uint16, body.
 */
final class ControlConnection {
  private static final int MAX_BODY = 1 << 14;
  private static final int HEADER_BYTES = 3;

  private final int peer;
  private final Transport transport;
  private final ByteBuffer outgoing = ByteBuffer.allocate(HEADER_BYTES + MAX_BODY);
  private volatile boolean heard;
  private volatile boolean left;
  private volatile long begun;

  ControlConnection(int peer, Transport transport) {
    this.peer = peer;
    this.transport = transport;
  }

  /** What ranks tell each other beside data. */
  sealed interface Signal {
    /** The collective ends, and why. */
    record Abort(String cause) implements Signal {}

    /** The rank leaves in good order. */
    record Leave() implements Signal {}

    /** The process lives; number of the newest operation its rank has begun. */
    record Alive(long begun) implements Signal {}
  }

  /** The rank at the other end. */
  int peer() {
    return peer;
  }

  /** Sends a signal; from any thread. */
  synchronized void send(Signal signal) throws IOException {
    byte[] body = body(signal);
    int length = Math.min(MAX_BODY, body.length);
    outgoing.clear().put(type(signal)).putShort((short) length).put(body, 0, length);
    transport.write(outgoing.flip());
  }

  private static byte type(Signal signal) {
    if (signal instanceof Signal.Abort) {
      return 1;
    }
    return (byte) (signal instanceof Signal.Leave ? 2 : 3);
  }

  private static byte[] body(Signal signal) {
    if (signal instanceof Signal.Abort abort) {
      return abort.cause().getBytes(StandardCharsets.UTF_8);
    }
    return signal instanceof Signal.Alive alive
        ? ByteBuffer.allocate(Long.BYTES).putLong(alive.begun()).array()
        : new byte[0];
  }

  /** Waits for the peer's next signal and takes note of it. */
  Signal receive() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    transport.read(header);
    int type = header.flip().get();
    int length = Short.toUnsignedInt(header.getShort());
    if (length > MAX_BODY) {
      throw new IOException("signal of %d bytes (at most %d)".formatted(length, MAX_BODY));
    }
    ByteBuffer body = ByteBuffer.allocate(length);
    transport.read(body);
    heard = true;
    return note(type, body.flip());
  }

  private Signal note(int type, ByteBuffer body) throws IOException {
    if (type == 1) {
      return new Signal.Abort(StandardCharsets.UTF_8.decode(body).toString());
    }
    if (type == 2) {
      left = true;
      return new Signal.Leave();
    }
    if (type == 3 && body.remaining() == Long.BYTES) {
      begun = body.getLong();
      return new Signal.Alive(begun);
    }
    throw new IOException("signal of type %d with %d bytes".formatted(type, body.remaining()));
  }

  /** Whether the peer has given a sign of life since this was asked last. */
  boolean heardAgain() {
    boolean was = heard;
    heard = false;
    return was;
  }

  /** Whether the peer has left in good order. */
  boolean left() {
    return left;
  }

  /** Number of the newest operation that the peer has begun, as far as is known. */
  long begun() {
    return begun;
  }

  void close() {
    transport.closeQuietly();
  }
}
