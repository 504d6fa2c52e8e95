package io.retromae.etl.source.compression;

import io.retromae.core.compression.BulkStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/**
 * All streams of a bzip2 file, block by block. The decoder behind it says that a block is damaged
 * after it has given the block; here a block counts when its checksum was right, and all blocks
 * before a damaged one do.
 */
final class Bzip2Blocks extends BulkStream {
  private final Counting compressed;
  private final BZip2CompressorInputStream in;
  private byte[] block = new byte[1 << 20];
  private int held;
  private int ready;
  private int next;
  private boolean ended;
  private Optional<IOException> failure = Optional.empty();

  Bzip2Blocks(InputStream in) throws IOException {
    this.compressed = new Counting(in);
    this.in = decoder(compressed);
  }

  private static BZip2CompressorInputStream decoder(InputStream in) throws IOException {
    try {
      return new BZip2CompressorInputStream(in, true);
    } catch (UncheckedIOException e) {
      throw e; // of storage
    } catch (RuntimeException e) {
      throw new IOException("damaged bzip2 data: " + e, e);
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (next == ready && !ended && failure.isEmpty()) {
      decodeBlock();
    }
    if (next < ready) {
      int n = Math.min(length, ready - next);
      System.arraycopy(block, next, into, offset, n);
      next += n;
      return n;
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return -1;
  }

  /**
   * Reads until a checksum was right: the decoder takes compressed bytes only at the beginning of a
   * block, behind the checksum of the one before.
   */
  private void decodeBlock() {
    System.arraycopy(block, ready, block, 0, held - ready); // the first byte of this block
    held -= ready;
    ready = 0;
    next = 0;
    long before = compressed.bytes;
    try {
      int b = in.read();
      while (b >= 0 && (compressed.bytes == before || held == 0)) {
        before = compressed.bytes;
        hold(b);
        b = in.read();
      }
      ready = held;
      ended = b < 0;
      if (!ended) {
        hold(b);
      }
    } catch (UncheckedIOException e) {
      throw e; // of storage
    } catch (IOException e) {
      fail(e, before);
    } catch (RuntimeException e) {
      fail(new IOException("damaged bzip2 data: " + e, e), before);
    }
  }

  private void hold(int b) {
    if (held == block.length) {
      block = Arrays.copyOf(block, 2 * held); // runs are packed twice: up to 46 MB
    }
    block[held++] = (byte) b;
  }

  private void fail(IOException e, long before) {
    failure = Optional.of(e);
    boolean checked = compressed.bytes > before; // it went on to the next block
    ready = checked ? held : 0;
    held = ready;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Counts the compressed bytes that were taken. */
  private static final class Counting extends InputStream {
    private final InputStream in;
    private long bytes;

    Counting(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      bytes += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = in.read(into, offset, length);
      bytes += Math.max(0, n);
      return n;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
