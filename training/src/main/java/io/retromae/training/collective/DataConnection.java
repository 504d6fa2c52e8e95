package io.retromae.training.collective;

import io.retromae.training.connect.Transport;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One data connection to one peer: payloads in frames. A checked header says which operation of
 * which job the bytes belong to, so that ranks out of step notice and a frame that comes twice is
 * refused; CRC32C guards payloads unless the transport does. One thread for each direction.
 */
final class DataConnection {
  /** Payloads up to this size leave in one piece with their header. */
  static final int SMALL_BYTES = 1 << 14;

  private static final int CHECKSUM_BYTES = 4;

  /** Read at a time: the JDK keeps a direct buffer of this size for each thread that reads. */
  private static final int READ_BYTES = 1 << 16;

  private final Transport transport;
  private final String pair;
  private final long job;
  private final Activity activity;
  private final boolean checked;
  private final ByteBuffer outgoing =
      ByteBuffer.allocateDirect(FrameHeader.BYTES + SMALL_BYTES + CHECKSUM_BYTES);
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(FrameHeader.BYTES);
  private final CRC32C sent = new CRC32C();
  private final CRC32C received = new CRC32C();
  private long sentFrames;
  private long receivedFrames;

  /**
   * Over a transport to a peer that has proven who it is.
   *
   * @param pair names both ends for messages
   * @param activity told whenever bytes have moved
   */
  DataConnection(Transport transport, String pair, long job, Activity activity) {
    this.transport = transport;
    this.pair = pair;
    this.job = job;
    this.activity = activity;
    this.checked = !transport.authenticated();
  }

  /** Begins a frame of {@code length} bytes. */
  void begin(OperationId operation, long length) {
    outgoing.clear();
    new FrameHeader(job, operation.number(), operation.kind().ordinal(), sentFrames++, length)
        .writeTo(outgoing);
    sent.reset();
  }

  /** Sends a piece of the frame's payload, all that remains in it. */
  void write(ByteBuffer piece) throws IOException {
    if (checked) {
      sent.update(piece.duplicate());
    }
    if (piece.remaining() <= outgoing.remaining() - CHECKSUM_BYTES) {
      outgoing.put(piece);
      return;
    }
    flush();
    transport.write(piece);
    activity.sent();
  }

  /** Ends the frame. */
  void end() throws IOException {
    if (checked) {
      outgoing.putInt((int) sent.getValue());
    }
    flush();
  }

  /** Sends a frame that is one message. */
  void send(OperationId operation, byte[] message) throws IOException {
    begin(operation, message.length);
    for (int done = 0; done < message.length; done += SMALL_BYTES) {
      write(ByteBuffer.wrap(message, done, Math.min(SMALL_BYTES, message.length - done)));
    }
    end();
  }

  private void flush() throws IOException {
    if (outgoing.position() > 0) {
      transport.write(outgoing.flip());
      outgoing.clear();
      activity.sent();
    }
  }

  /**
   * Waits for a frame.
   *
   * @param length bytes of its payload
   * @throws ProtocolException if it is another frame, or damaged
   */
  void await(OperationId operation, long length) throws IOException {
    FrameHeader header = header(operation);
    if (header.length() != length) {
      throw unexpected(header, operation, length + " bytes");
    }
  }

  /**
   * Waits for a frame of a length that only its sender knows, and returns its payload.
   *
   * @param most bytes of it
   */
  byte[] message(OperationId operation, long most) throws IOException {
    FrameHeader header = header(operation);
    if (header.length() < 0 || header.length() > most) {
      throw unexpected(header, operation, "at most " + most + " bytes");
    }
    ByteBuffer message = ByteBuffer.allocate(Math.toIntExact(header.length()));
    while (message.position() < message.capacity()) {
      message.limit(Math.min(message.capacity(), message.position() + READ_BYTES));
      read(message);
    }
    finish();
    return message.array();
  }

  private FrameHeader header(OperationId operation) throws IOException {
    incoming.clear();
    fill(incoming);
    FrameHeader header;
    try {
      header = FrameHeader.read(incoming.flip());
    } catch (ProtocolException e) {
      throw new ProtocolException(pair + ": " + e.getMessage());
    }
    if (header.job() != job
        || header.operation() != operation.number()
        || header.kind() != operation.kind().ordinal()
        || header.frame() != receivedFrames) {
      throw unexpected(header, operation, "the next frame");
    }
    receivedFrames++;
    received.reset();
    return header;
  }

  private ProtocolException unexpected(FrameHeader header, OperationId operation, String wanted) {
    return new ProtocolException(
        "%s: got %s, expected %s of %s, frame %d, job %x"
            .formatted(pair, header, wanted, operation, receivedFrames, job));
  }

  /** Receives a piece of the frame's payload, as much as remains in {@code piece}. */
  void read(ByteBuffer piece) throws IOException {
    int start = piece.position();
    fill(piece);
    if (checked) {
      received.update(piece.duplicate().position(start).limit(piece.position()));
    }
  }

  /**
   * Ends the frame that was read.
   *
   * @throws ProtocolException if the payload is not what was sent
   */
  void finish() throws IOException {
    if (!checked) {
      return;
    }
    incoming.clear().limit(CHECKSUM_BYTES);
    fill(incoming);
    int sent = incoming.flip().getInt();
    if (sent != (int) received.getValue()) {
      throw new ProtocolException(
          "%s: payload damaged on the way: its CRC32C is %08x (sent %08x)"
              .formatted(pair, (int) received.getValue(), sent));
    }
  }

  private void fill(ByteBuffer buffer) throws IOException {
    transport.read(buffer);
    activity.received();
  }

  /** Ends the connection. */
  void close() {
    transport.closeQuietly();
  }
}
