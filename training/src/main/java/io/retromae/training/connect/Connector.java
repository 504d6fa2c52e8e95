package io.retromae.training.connect;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Goes to the {@link Acceptor} of another process. */
public final class Connector {
  private Connector() {}

  /**
   * Connects and proves to belong; so has the other side when this returns.
   *
   * @param address where the other listens
   * @param id the other's rank, and which connection this is
   * @throws IOException if that takes more than {@value Handshake#LIMIT_MILLIS} ms, or the other
   *     does not belong
   */
  public static Transport connect(InetSocketAddress address, Membership self, ConnectionId id)
      throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Handshake.LIMIT_MILLIS);
    SocketChannel channel = SocketChannel.open();
    try {
      Socket socket = channel.socket();
      socket.connect(address, millisUntil(deadline));
      byte[] nonce = read(socket, Handshake.NONCE_BYTES, deadline).array();
      Handshake handshake = Handshake.toward(self, id, nonce);
      write(channel, handshake.hello());
      handshake.check(Handshake.Role.ACCEPTOR, read(socket, Handshake.PROOF_BYTES, deadline));
      write(channel, ByteBuffer.wrap(handshake.proof(Handshake.Role.CONFIRMED)));
      socket.setSoTimeout(0);
      return handshake.transport(channel);
    } catch (IOException e) {
      try {
        channel.close();
      } catch (IOException close) {
        e.addSuppressed(close);
      }
      throw e;
    }
  }

  /** A few bytes, which an empty send buffer takes at once. */
  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static ByteBuffer read(Socket socket, int length, long deadline) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      socket.setSoTimeout(millisUntil(deadline)); // what is left of the whole, not for each read
      int count = socket.getInputStream().read(bytes.array(), bytes.position(), bytes.remaining());
      if (count < 0) {
        throw new EOFException(
            "refused: connection closed in the handshake, after %d of %d bytes"
                .formatted(bytes.position(), length));
      }
      bytes.position(bytes.position() + count);
    }
    return bytes.flip();
  }

  private static int millisUntil(long deadline) throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("no handshake within " + Handshake.LIMIT_MILLIS + " ms");
    }
    return (int) left;
  }
}
