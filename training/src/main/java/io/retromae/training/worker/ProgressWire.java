package io.retromae.training.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.connect.Transport;
import io.retromae.training.metrics.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The wire between workers and driver: workers send JSON messages, each behind its length; the
 * driver sends single bytes. A connection begins with the handshake of ranks ({@link
 * io.retromae.training.connect.Acceptor}), and is encrypted as theirs are. Spark has no channel
 * that delivers while a task runs, other than heartbeats every ten seconds.
 */
public final class ProgressWire {
  /** The driver's command to save and end after the step that is under way. */
  public static final int STOP = 'S';

  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ProgressWire() {}

  /** Sends a message. */
  static void write(Transport transport, ObjectNode message) throws IOException {
    byte[] bytes = Progress.toText(message).getBytes(StandardCharsets.UTF_8);
    transport.write(
        ByteBuffer.allocate(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes).flip());
  }

  /** The next message; {@link java.io.EOFException} where the connection ends. */
  public static ObjectNode read(Transport transport) throws IOException {
    int length = read(transport, Integer.BYTES).getInt();
    if (length < 0 || length > MAX_MESSAGE_BYTES) {
      throw new IOException("progress message of " + length + " bytes");
    }
    return (ObjectNode) JSON.readTree(read(transport, length).array());
  }

  private static ByteBuffer read(Transport transport, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    transport.read(bytes);
    return bytes.flip();
  }

  /** The driver's next command; {@link java.io.EOFException} where the connection ends. */
  static int readCommand(Transport transport) throws IOException {
    return read(transport, 1).get();
  }
}
