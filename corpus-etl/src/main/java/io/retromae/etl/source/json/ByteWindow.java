package io.retromae.etl.source.json;

import io.retromae.etl.source.Quarantined;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A window over decompressed bytes that always holds the record being cut, so that records are
 * parsed where they lie. What a record has beyond the limit is counted, not kept. Fields are open
 * to the cutters, whose loops run over {@link #bytes}: {@code mark <= position <= limit}. Closes
 * the stream.
 */
final class ByteWindow implements AutoCloseable {
  /** Read at once, always: so what a broken stream still gives does not depend on who asks. */
  static final int CHUNK_BYTES = 1 << 16;

  private static final int SMALL_BYTES = 1 << 20;

  /** What is held. */
  byte[] bytes = new byte[SMALL_BYTES];

  /** Where the record begins. */
  int mark;

  /** Where the record ends, once it is cut. */
  int end;

  /** The next byte to look at. */
  int position;

  /** End of what is held. */
  int limit;

  private final InputStream in;
  private final int recordLimit;
  private final OutputStream copy;
  private final boolean copies;
  private int copied;
  private long base;
  private long dropped;
  private byte[] head = new byte[0];

  /**
   * A window at the beginning of a stream.
   *
   * @param base offset of the stream's first byte in the whole
   * @param recordLimit longest record that is held
   */
  ByteWindow(InputStream in, long base, int recordLimit) {
    this(in, base, recordLimit, OutputStream.nullOutputStream());
  }

  /** A window whose bytes can be copied on, see {@link #copyTo}. */
  ByteWindow(InputStream in, long base, int recordLimit, OutputStream copy) {
    this.in = in;
    this.base = base;
    this.recordLimit = recordLimit;
    this.copy = copy;
    this.copies = copy.getClass() != OutputStream.nullOutputStream().getClass();
  }

  /** Offset of {@link #position} in the whole. */
  long offset() {
    return base + position;
  }

  /** Offset of the record's first byte in the whole. */
  long recordOffset() {
    return base + mark - dropped;
  }

  /** A record begins at {@link #position}. */
  void beginRecord() {
    mark = position;
    end = position;
    dropped = 0;
  }

  /** Whether the record that was cut is longer than the limit. */
  boolean overflown() {
    return dropped > 0 || end - mark > recordLimit;
  }

  /** Whether the record holds only blanks. */
  boolean isBlank() {
    for (int i = mark; i < end; i++) {
      if (bytes[i] > ' ' || bytes[i] < 0) {
        return false;
      }
    }
    return !overflown();
  }

  /** First bytes of the record. */
  byte[] head(int length) {
    return dropped > 0 ? head : Arrays.copyOfRange(bytes, mark, Math.min(end, mark + length));
  }

  /** The byte {@code ahead} of {@link #position}, without taking any; -1 at the end. */
  int peek(int ahead) throws IOException {
    while (position + ahead >= limit) {
      if (!fill()) {
        return -1;
      }
    }
    return bytes[position + ahead] & 0xff;
  }

  /**
   * Reads a chunk more; indices move. The record so far, from {@link #mark} to {@link #position},
   * stays unless it is too long.
   *
   * @return false at the end of the stream
   */
  boolean fill() throws IOException {
    if (position - mark > recordLimit) {
      dropRecord();
    }
    if (limit + CHUNK_BYTES > bytes.length) {
      makeRoom();
    }
    int n = in.read(bytes, limit, CHUNK_BYTES);
    limit += Math.max(0, n);
    return n > 0;
  }

  private void dropRecord() throws IOException {
    if (dropped == 0) {
      int kept = Math.min(position - mark, Quarantined.RAW_BYTES);
      head = Arrays.copyOfRange(bytes, mark, mark + kept);
    }
    dropped += position - mark;
    mark = position;
  }

  /** Moves what is held to the front of an array that has room for one more chunk. */
  private void makeRoom() throws IOException {
    copyTo(mark);
    int held = limit - mark;
    byte[] target = bytes;
    if (held + CHUNK_BYTES > bytes.length / 2) {
      target = new byte[(int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 64L)];
    } else if (bytes.length > 8 * SMALL_BYTES && held + CHUNK_BYTES < SMALL_BYTES / 2) {
      target = new byte[SMALL_BYTES];
    }
    System.arraycopy(bytes, mark, target, 0, held);
    bytes = target;
    base += mark;
    position -= mark;
    end -= mark;
    copied -= mark;
    limit = held;
    mark = 0;
  }

  /** Copies on what was not copied yet, up to an index. */
  void copyTo(int index) throws IOException {
    if (copies && index > copied) {
      copy.write(bytes, copied, index - copied);
    }
    copied = Math.max(copied, index);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
