package io.retromae.etl.source.compression;

import io.retromae.core.compression.BulkStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.tukaani.xz.XZInputStream;

/**
 * All streams of an xz file. The decoder behind it loses what it has decoded in a call that meets
 * damage; then the file is decoded once more up to that call, and from there byte by byte.
 */
final class XzStreams extends BulkStream {
  /** Its greatest preset takes 65 MiB, a dictionary of 128 MiB just this. */
  private static final int MOST_KIB = 132 << 10;

  private final Opener again;
  private InputStream in;
  private long given;
  private Optional<IOException> failure = Optional.empty();

  /** Opens the compressed file at its first byte. */
  @FunctionalInterface
  interface Opener {
    /** A new stream. */
    InputStream open() throws IOException;
  }

  /**
   * A stream.
   *
   * @param in the compressed file
   * @param again the same once more
   */
  XzStreams(InputStream in, Opener again) throws IOException {
    this.again = again;
    this.in = decoder(in);
  }

  private static InputStream decoder(InputStream in) throws IOException {
    return new XZInputStream(in, MOST_KIB);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (failure.isPresent()) {
      throw failure.get();
    }
    try {
      int n = in.read(into, offset, length);
      given += Math.max(0, n);
      return n;
    } catch (IOException e) {
      failure = Optional.of(e);
      int n = readByBytes(into, offset, length);
      if (n == 0) {
        throw e;
      }
      given += n;
      return n;
    }
  }

  /** Decodes once more what was given, then as much as there is before the damage. */
  private int readByBytes(byte[] into, int offset, int length) throws IOException {
    in.close();
    in = decoder(again.open());
    int n = 0;
    try {
      in.skipNBytes(given);
      for (int b = in.read(); b >= 0; b = n < length ? in.read() : -1) {
        into[offset + n] = (byte) b;
        n++;
      }
    } catch (IOException e) {
      return n; // the same damage again
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
