package io.retromae.training.safetensors;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The next bytes of a stream, so many and no more. Closing it leaves the stream open. */
final class BoundedInput extends InputStream {
  private static final int PIECE = 1 << 16;

  private final InputStream in;
  private long left;

  BoundedInput(InputStream in, long bytes) {
    this.in = in;
    this.left = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = in.read(into, offset, (int) Math.min(length, left));
    if (count > 0) {
      left -= count;
    }
    return count;
  }

  /** Reads the rest, which must be there. */
  void passOver() throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE, left)];
    while (left > 0) {
      if (read(piece, 0, piece.length) < 0) {
        throw new EOFException();
      }
    }
  }
}
