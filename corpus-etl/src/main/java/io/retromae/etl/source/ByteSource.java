package io.retromae.etl.source;

import java.io.IOException;
import java.io.InputStream;

/** Decompressed bytes of a file with a count of them, one byte ahead. */
final class ByteSource implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long before;

  ByteSource(InputStream in) {
    this.in = in;
  }

  /** Bytes taken so far. */
  long offset() {
    return before + position;
  }

  /** The next byte without taking it; -1 at the end. */
  int peek() throws IOException {
    if (position == limit && !fill()) {
      return -1;
    }
    return buffer[position] & 0xff;
  }

  /** Takes the next byte; -1 at the end. */
  int next() throws IOException {
    int b = peek();
    if (b >= 0) {
      position++;
    }
    return b;
  }

  /**
   * Takes bytes up to a line feed, which is taken but not stored.
   *
   * @return whether a line feed was found in what is buffered
   */
  boolean takeLine(RecordBuffer into) throws IOException {
    if (position == limit && !fill()) {
      return true;
    }
    int start = position;
    while (position < limit && buffer[position] != '\n') {
      position++;
    }
    into.append(buffer, start, position - start);
    if (position < limit) {
      position++;
      return true;
    }
    return false;
  }

  private boolean fill() throws IOException {
    before += limit;
    position = 0;
    limit = 0;
    int n = in.read(buffer, 0, BUFFER_BYTES);
    limit = Math.max(0, n);
    return n > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
