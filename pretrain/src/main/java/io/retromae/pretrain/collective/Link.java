package io.retromae.pretrain.collective;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The data connection to one peer: transfers behind checked headers. A header says which operation
 * of which job the bytes belong to, so that ranks out of step notice; CRC32C guards header and
 * payload.
 */
final class Link {
  private static final int MAGIC = 0x524D4145; // "RMAE"
  private static final int HEADER_BYTES = 4 + 8 + 8 + 8 + 4;

  /** Received in pieces of this size, so that adding overlaps with the kernel's copying. */
  private static final int PIECE_BYTES = 1 << 19;

  private final Transport transport;
  private final String pair;
  private final long jobHash;
  private final Runnable onProgress;
  private final ByteBuffer sendHeader = ByteBuffer.allocateDirect(HEADER_BYTES);
  private final ByteBuffer sendChecksum = ByteBuffer.allocateDirect(4);
  private final ByteBuffer receiveHeader = ByteBuffer.allocateDirect(HEADER_BYTES);
  private final ByteBuffer receiveChecksum = ByteBuffer.allocateDirect(4);
  private final ByteBuffer piece =
      ByteBuffer.allocateDirect(PIECE_BYTES).order(java.nio.ByteOrder.nativeOrder());

  /**
   * A link over a connection whose handshake is done.
   *
   * @param pair names both ends for messages
   * @param onProgress called whenever bytes have moved
   */
  Link(Transport transport, String pair, long jobHash, Runnable onProgress) {
    this.transport = transport;
    this.pair = pair;
    this.jobHash = jobHash;
    this.onProgress = onProgress;
  }

  /** Sends all of {@code payload}, whose position does not move. */
  void send(long sequence, ByteBuffer payload) throws IOException {
    sendHeader.clear();
    sendHeader.putInt(MAGIC).putLong(jobHash).putLong(sequence).putLong(payload.remaining());
    sendHeader.putInt(crc(sendHeader, HEADER_BYTES - 4)).flip();
    writeFully(sendHeader);
    CRC32C checksum = new CRC32C();
    checksum.update(payload.duplicate());
    writeFully(payload.duplicate());
    sendChecksum.clear();
    sendChecksum.putInt((int) checksum.getValue()).flip();
    writeFully(sendChecksum);
  }

  private static int crc(ByteBuffer buffer, int length) {
    CRC32C checksum = new CRC32C();
    ByteBuffer view = buffer.duplicate();
    view.position(0).limit(length);
    checksum.update(view);
    return (int) checksum.getValue();
  }

  private void writeFully(ByteBuffer buffer) throws IOException {
    int end = buffer.limit();
    while (buffer.position() < end) {
      buffer.limit(Math.min(end, buffer.position() + PIECE_BYTES));
      transport.write(buffer);
      onProgress.run();
    }
  }

  /**
   * Receives a transfer of a known length, piece by piece.
   *
   * @param onPiece gets each piece, flipped, native order; it must take all of it
   * @throws ProtocolException if the header or the checksum is not the expected one
   */
  void receive(long sequence, long length, Consumer<ByteBuffer> onPiece) throws IOException {
    long announced = receiveLength(sequence, length);
    receivePieces(announced, onPiece);
  }

  /** Receives a small message whose length only its sender knows. */
  byte[] receiveMessage(long sequence) throws IOException {
    long length = receiveLength(sequence, -1);
    if (length > Collective.MAX_MESSAGE_BYTES) {
      throw new ProtocolException(
          "%s: message of %d bytes (must be at most %d)"
              .formatted(pair, length, Collective.MAX_MESSAGE_BYTES));
    }
    ByteBuffer message = ByteBuffer.allocate((int) length);
    receivePieces(length, message::put);
    return message.array();
  }

  private long receiveLength(long sequence, long expected) throws IOException {
    receiveHeader.clear();
    readFully(receiveHeader);
    receiveHeader.flip();
    int magic = receiveHeader.getInt();
    long job = receiveHeader.getLong();
    long number = receiveHeader.getLong();
    long length = receiveHeader.getLong();
    boolean intact = receiveHeader.getInt() == crc(receiveHeader, HEADER_BYTES - 4);
    if (!intact || magic != MAGIC) {
      throw new ProtocolException(pair + ": header damaged on the way");
    }
    if (job != jobHash || number != sequence || expected >= 0 && length != expected) {
      throw new ProtocolException(
          "%s: got transfer %d of %d bytes of job %x, expected %d of %d bytes of job %x"
              .formatted(pair, number, length, job, sequence, expected, jobHash));
    }
    return length;
  }

  private void receivePieces(long length, Consumer<ByteBuffer> onPiece) throws IOException {
    CRC32C checksum = new CRC32C();
    for (long left = length; left > 0; ) {
      piece.clear().limit((int) Math.min(PIECE_BYTES, left));
      readFully(piece);
      piece.flip();
      checksum.update(piece.duplicate());
      left -= piece.remaining();
      onPiece.accept(piece);
    }
    receiveChecksum.clear();
    readFully(receiveChecksum);
    if (receiveChecksum.flip().getInt() != (int) checksum.getValue()) {
      throw new ProtocolException(pair + ": payload damaged on the way (CRC32C differs)");
    }
  }

  private void readFully(ByteBuffer buffer) throws IOException {
    transport.read(buffer);
    onProgress.run();
  }
}
