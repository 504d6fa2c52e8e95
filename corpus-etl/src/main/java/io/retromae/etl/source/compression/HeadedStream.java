package io.retromae.etl.source.compression;

import io.retromae.core.compression.BulkStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** A stream whose first bytes can be looked at. What fails behind them fails when it is reached. */
final class HeadedStream extends BulkStream {
  private final InputStream in;
  private final byte[] head;
  private int next;
  private Optional<IOException> failure = Optional.empty();

  HeadedStream(InputStream in, int headBytes) {
    this.in = in;
    byte[] bytes = new byte[headBytes];
    int held = 0;
    try {
      for (int n = 0; n >= 0 && held < headBytes; held += Math.max(0, n)) {
        n = in.read(bytes, held, headBytes - held);
      }
    } catch (IOException e) {
      failure = Optional.of(e);
    }
    this.head = Arrays.copyOf(bytes, held);
  }

  /** The first bytes, as many as there are. */
  byte[] head() {
    return head.clone();
  }

  /** Why there are no more. */
  Optional<IOException> failure() {
    return failure;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (next < head.length) {
      int n = Math.min(length, head.length - next);
      System.arraycopy(head, next, into, offset, n);
      next += n;
      return n;
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return in.read(into, offset, length);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
