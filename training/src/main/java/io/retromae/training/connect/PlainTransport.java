package io.retromae.training.connect;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes as they are. */
final class PlainTransport implements Transport {
  private final SocketChannel channel;
  private final String pair;

  /**
   * Over a connected channel in blocking mode.
   *
   * @param pair names both ends for messages
   */
  PlainTransport(SocketChannel channel, String pair) {
    this.channel = channel;
    this.pair = pair;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void read(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException(pair + ": connection closed");
      }
    }
  }

  @Override
  public boolean authenticated() {
    return false;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
