package io.retromae.training.collective;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a sender says of the bytes that follow; layout in docs/wire-format.md.
 *
 * @param job hash of job, attempt and key
 * @param operation number of the operation
 * @param kind number of the {@link OperationId.Kind}
 * @param frame number of the frame on this connection and in this direction, from 0
 * @param length bytes that follow, without their checksum
 */
record FrameHeader(long job, long operation, int kind, long frame, long length) {
  static final int BYTES = 4 + 8 + 8 + 4 + 8 + 8 + 4;
  private static final int MAGIC = 0x524D4145; // "RMAE"

  /** Appends the header and its checksum. */
  void writeTo(ByteBuffer buffer) {
    int start = buffer.position();
    buffer.putInt(MAGIC).putLong(job).putLong(operation).putInt(kind);
    buffer.putLong(frame).putLong(length);
    buffer.putInt(checksum(buffer, start));
  }

  /**
   * Reads a header.
   *
   * @throws ProtocolException if it is none, or was damaged
   */
  static FrameHeader read(ByteBuffer buffer) throws ProtocolException {
    int start = buffer.position();
    int magic = buffer.getInt();
    FrameHeader header =
        new FrameHeader(
            buffer.getLong(),
            buffer.getLong(),
            buffer.getInt(),
            buffer.getLong(),
            buffer.getLong());
    int expected = checksum(buffer, start);
    int sent = buffer.getInt();
    if (magic != MAGIC || sent != expected) {
      throw new ProtocolException(
          "header damaged on the way: it begins with %08x (must be %08x), its CRC32C is %08x (sent %08x)"
              .formatted(magic, MAGIC, expected, sent));
    }
    return header;
  }

  private static int checksum(ByteBuffer buffer, int start) {
    CRC32C checksum = new CRC32C();
    checksum.update(buffer.duplicate().position(start).limit(start + BYTES - 4));
    return (int) checksum.getValue();
  }

  @Override
  public String toString() {
    return "frame %d of %d bytes in operation %d (%s) of job %x"
        .formatted(frame, length, operation, OperationId.Kind.describe(kind), job);
  }
}
