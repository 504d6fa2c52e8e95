package io.retromae.training.pickle;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, one after the other; knows where it is, and ends at a limit. */
final class PickleInput {
  private final InputStream in;
  private final long limit;
  private long position;

  /**
   * A pickle in a stream, which is read no further than the pickle goes.
   *
   * @param limit bytes that may be read
   */
  PickleInput(InputStream in, long limit) {
    this.in = in;
    this.limit = limit;
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  int unsignedByte() throws IOException {
    int value = position < limit ? in.read() : -1;
    if (value < 0) {
      throw new EOFException();
    }
    position++;
    return value;
  }

  /** That many bytes; memory grows with what is there, not with what a length says. */
  byte[] bytes(long count) throws IOException {
    if (count < 0 || count > limit - position) {
      throw new EOFException();
    }
    byte[] bytes = in.readNBytes((int) count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    position += count;
    return bytes;
  }

  private ByteBuffer little(int count) throws IOException {
    return ByteBuffer.wrap(bytes(count)).order(ByteOrder.LITTLE_ENDIAN);
  }

  int unsignedShort() throws IOException {
    return Short.toUnsignedInt(little(Short.BYTES).getShort());
  }

  int signedInt() throws IOException {
    return little(Integer.BYTES).getInt();
  }

  long unsignedInt() throws IOException {
    return Integer.toUnsignedLong(signedInt());
  }

  long signedLong() throws IOException {
    return little(Long.BYTES).getLong();
  }

  double bigEndianDouble() throws IOException {
    return ByteBuffer.wrap(bytes(Double.BYTES)).getDouble();
  }

  String utf8(long count) throws IOException {
    return new String(bytes(count), StandardCharsets.UTF_8);
  }

  /** The text up to a line feed, which is not part of it. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = unsignedByte(); c != '\n'; c = unsignedByte()) {
      line.append((char) c);
    }
    return line.toString();
  }
}
