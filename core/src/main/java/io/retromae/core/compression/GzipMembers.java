package io.retromae.core.compression;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * All members of a gzip file (RFC 1952). The JDK's stream takes a later member whose header is
 * damaged for the end of the file; this one does not. Zeros behind the last member, as tapes pad
 * with, are its end; anything else there is damage. Gives all that comes out before it throws.
 */
public final class GzipMembers extends BulkStream {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xE0;
  private static final int TRAILER_BYTES = 8;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 content = new CRC32();
  private final CRC32 header = new CRC32();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int limit;
  private boolean inside;
  private boolean ended;
  private int members;
  private Optional<IOException> failure = Optional.empty();

  /** The decompressed members of a file; closes it. */
  public GzipMembers(InputStream in) {
    this.in = in;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (failure.isPresent()) {
      throw failure.get();
    }
    long before = inflater.getBytesWritten();
    try {
      int n = 0;
      while (n == 0 && !ended) {
        n = inside ? inflate(into, offset, length) : beginMember();
        before = n == 0 ? inflater.getBytesWritten() : before;
      }
      return n == 0 ? -1 : n;
    } catch (DataFormatException e) {
      // What was written before the damage counts; the inflater says how much that is.
      failure = Optional.of(new IOException("damaged gzip data: " + e.getMessage(), e));
    } catch (IOException e) {
      failure = Optional.of(e);
    }
    int whole = (int) Math.max(0, inflater.getBytesWritten() - before);
    if (whole == 0) {
      throw failure.get();
    }
    return whole;
  }

  private int inflate(byte[] into, int offset, int length) throws IOException, DataFormatException {
    if (inflater.needsInput()) {
      if (next == limit) {
        fill();
      }
      inflater.setInput(buffer, next, limit - next);
      next = limit;
    }
    int n = inflater.inflate(into, offset, length);
    content.update(into, offset, n);
    if (inflater.needsDictionary()) {
      throw new IOException("damaged gzip data: wants a dictionary");
    }
    if (n == 0 && inflater.finished()) {
      endMember();
    }
    return n;
  }

  /** Reads more, or says that the file is cut. */
  private void fill() throws IOException {
    if (!more()) {
      throw new EOFException("stream ends inside a gzip member");
    }
  }

  private boolean more() throws IOException {
    next = 0;
    limit = Math.max(0, in.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  private void endMember() throws IOException {
    next = limit - inflater.getRemaining();
    byte[] trailer = new byte[TRAILER_BYTES];
    for (int i = 0; i < trailer.length; i++) {
      trailer[i] = (byte) take();
    }
    ByteBuffer said = ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN);
    if (said.getInt() != (int) content.getValue()
        || said.getInt() != (int) inflater.getBytesWritten()) {
      throw new IOException("checksum or length of gzip member %,d is wrong".formatted(members));
    }
    inside = false;
  }

  /** Reads a member's header, or finds the end of the file; gives no bytes. */
  private int beginMember() throws IOException {
    if (next == limit && !more()) {
      ended = true;
      return 0;
    }
    if (members > 0 && buffer[next] == 0) {
      skipPadding();
      return 0;
    }
    header.reset();
    members++;
    int magic = take() | take() << 8;
    if (magic != MAGIC || take() != DEFLATE) {
      throw new IOException("damaged header of gzip member %,d".formatted(members));
    }
    int flags = take();
    if ((flags & RESERVED) != 0) {
      throw new IOException("damaged header of gzip member %,d".formatted(members));
    }
    skip(6); // time, speed, system
    if ((flags & EXTRA) != 0) {
      skip(take() | take() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      int sum = (int) header.getValue() & 0xffff;
      if ((take() | take() << 8) != sum) {
        throw new IOException("damaged header of gzip member %,d".formatted(members));
      }
    }
    inflater.reset();
    content.reset();
    inside = true;
    return 0;
  }

  private void skipPadding() throws IOException {
    do {
      while (next < limit) {
        if (buffer[next++] != 0) {
          throw new IOException("bytes that are no gzip member behind member " + members);
        }
      }
    } while (more());
    ended = true;
  }

  private int take() throws IOException {
    if (next == limit) {
      fill();
    }
    int b = buffer[next++] & 0xff;
    header.update(b);
    return b;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      take();
    }
  }

  private void skipText() throws IOException {
    int b = take();
    while (b != 0) {
      b = take();
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
