package io.retromae.etl.source.compression;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Watches how much comes out of a file for what goes in: a few kilobytes can be made to decompress
 * for days. Small outputs are free, as a few honest ones are all one letter.
 */
public final class Expansion {
  /** Bytes that any file may give. */
  public static final long FREE = 1L << 30;

  private final long free;
  private final int most;
  private long taken;

  /**
   * A watch.
   *
   * @param free bytes that may come out in any case
   * @param most bytes that may come out for one that went in
   */
  public Expansion(long free, int most) {
    this.free = free;
    this.most = most;
  }

  /** More came out than is believed. */
  public static final class BombException extends IOException {
    private static final long serialVersionUID = 1L;

    BombException(String message) {
      super(message);
    }
  }

  /**
   * Checks a sum.
   *
   * @param given bytes that came out
   * @param stored bytes that went in
   */
  public void check(long given, long stored) throws BombException {
    if (given > free && given / most > stored) {
      throw new BombException(
          "%,d stored bytes gave more than %,d, as a decompression bomb does; files.max_expansion (%d) allows more"
              .formatted(stored, given, most));
    }
  }

  /** Counts what goes in. */
  InputStream taking(InputStream in) {
    return new Counting(in) {
      @Override
      void counted(long bytes) {
        taken = bytes;
      }
    };
  }

  /** Counts what comes out. */
  InputStream giving(InputStream in) {
    return new Counting(in) {
      @Override
      void counted(long bytes) throws IOException {
        check(bytes, taken);
      }
    };
  }

  private abstract static class Counting extends FilterInputStream {
    private long bytes;

    Counting(InputStream in) {
      super(in);
    }

    abstract void counted(long bytes) throws IOException;

    @Override
    public int read() throws IOException {
      int b = super.read();
      bytes += b < 0 ? 0 : 1;
      counted(bytes);
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = super.read(into, offset, length);
      bytes += Math.max(0, n);
      counted(bytes);
      return n;
    }
  }
}
