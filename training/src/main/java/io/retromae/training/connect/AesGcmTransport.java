package io.retromae.training.connect;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Frames of AES-256-GCM: length of the text int32, ciphertext, tag [16]. Length and the frame's
 * number are authenticated, so a frame that was changed, left out, sent again or cut is noticed.
 * Each direction of each connection has a key of its own, so numbers never meet under one key.
 */
final class AesGcmTransport implements Transport {
  /** Longest text of a frame: long enough for the cipher's speed, short enough for its cache. */
  static final int FRAME_BYTES = 1 << 17;

  private static final int HEADER_BYTES = Integer.BYTES;

  /** Of a buffer, which grows as frames ask: most of a mesh's connections carry little. */
  private static final int LEAST_BYTES = 1 << 8;

  private final SocketChannel channel;
  private final String pair;
  private final FrameCipher sealing;
  private final FrameCipher opening;
  private ByteBuffer sent = ByteBuffer.allocateDirect(LEAST_BYTES);
  private ByteBuffer received = ByteBuffer.allocateDirect(LEAST_BYTES);
  private ByteBuffer text = ByteBuffer.allocate(LEAST_BYTES).flip();

  /**
   * Over a connected channel in blocking mode.
   *
   * @param pair names both ends for messages
   * @param sendKey of this direction of this connection only
   * @param receiveKey of the other direction
   */
  AesGcmTransport(SocketChannel channel, String pair, byte[] sendKey, byte[] receiveKey) {
    this.channel = channel;
    this.pair = pair;
    this.sealing = FrameCipher.sealing(sendKey);
    this.opening = FrameCipher.opening(receiveKey);
  }

  /** A frame's number must never be used twice; hence one thread at a time, whoever calls. */
  @Override
  public void write(ByteBuffer bytes) throws IOException {
    synchronized (sealing) {
      int end = bytes.limit();
      while (bytes.position() < end) {
        int length = Math.min(FRAME_BYTES, end - bytes.position());
        sent = withRoom(sent, HEADER_BYTES + length + FrameCipher.TAG_BYTES);
        sent.putInt(length);
        sealing.seal(bytes.limit(bytes.position() + length), sent);
        bytes.limit(end);
        sent.flip();
        while (sent.hasRemaining()) {
          channel.write(sent);
        }
      }
    }
  }

  @Override
  public void read(ByteBuffer bytes) throws IOException {
    synchronized (opening) {
      while (bytes.hasRemaining()) {
        if (!text.hasRemaining()) {
          nextFrame();
        }
        int count = Math.min(text.remaining(), bytes.remaining());
        bytes.put(text.slice(text.position(), count));
        text.position(text.position() + count);
      }
    }
  }

  private void nextFrame() throws IOException {
    fill(HEADER_BYTES);
    int length = received.getInt(0);
    if (length < 1 || length > FRAME_BYTES) {
      throw new ProtocolException(
          "%s: frame %d of %d bytes (must be 1..%d)"
              .formatted(pair, opening.frames(), length, FRAME_BYTES));
    }
    fill(length + FrameCipher.TAG_BYTES);
    if (text.capacity() < length) {
      text = ByteBuffer.allocate(Math.max(length, 2 * text.capacity()));
    }
    try {
      opening.open(received, text.clear());
    } catch (FrameCipher.ForgedFrameException e) {
      text.limit(0);
      throw new ProtocolException(pair + ": " + e.getMessage());
    }
    text.flip();
  }

  private static ByteBuffer withRoom(ByteBuffer made, int bytes) {
    return made.capacity() >= bytes
        ? made.clear()
        : ByteBuffer.allocateDirect(Math.max(bytes, 2 * made.capacity()));
  }

  /**
   * A header, or what follows it. The end of the connection is an effect wherever it comes: a peer
   * that ends for a cause, which it tells elsewhere, may do so in the middle of a frame.
   */
  private void fill(int length) throws IOException {
    received = withRoom(received, length).limit(length);
    while (received.hasRemaining()) {
      if (channel.read(received) < 0) {
        if (length == HEADER_BYTES && received.position() == 0) {
          throw new EOFException(pair + ": connection closed");
        }
        throw new EOFException(
            "%s: frame %d cut after %d of %d bytes"
                .formatted(pair, opening.frames(), received.position(), length));
      }
    }
    received.flip();
  }

  @Override
  public boolean authenticated() {
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
