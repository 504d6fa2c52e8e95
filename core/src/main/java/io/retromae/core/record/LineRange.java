package io.retromae.core.record;

import io.retromae.core.compression.BulkStream;
import io.retromae.core.storage.Storage;
import java.io.EOFException;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The lines of a file that begin in a range of its bytes, whole. So ranges that meet give every
 * line once, wherever they meet.
 */
public final class LineRange extends BulkStream {
  private final FSDataInputStream in;
  private final long to;

  /** Of the byte that comes next. */
  private long position;

  private boolean ended;

  private LineRange(FSDataInputStream in, long from, long to) {
    this.in = in;
    this.position = from;
    this.to = to;
  }

  /**
   * Opens a range.
   *
   * @param size of the file
   * @param from first byte
   * @param to the one behind the last; at or behind the end of the file for all there is
   */
  public static LineRange open(Storage storage, String path, long size, long from, long to)
      throws IOException {
    FSDataInputStream in = storage.open(path, size, Storage.Reading.IN_ORDER);
    try {
      LineRange range = new LineRange(in, Math.max(0, from - 1), to);
      if (from > 0) {
        in.seek(from - 1); // a line begins at the range's first byte if a line feed is before it
        range.skipLine();
      }
      range.ended |= range.position >= to;
      return range;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private void skipLine() throws IOException {
    byte[] buffer = new byte[1 << 12];
    boolean found = false;
    while (!found) {
      int n = in.read(buffer, 0, buffer.length);
      if (n < 0) {
        ended = true;
        return;
      }
      int end = lineFeed(buffer, 0, n);
      found = end >= 0;
      position += found ? end + 1 : n;
    }
    try {
      in.seek(position);
    } catch (EOFException e) { // some file systems refuse their end
      ended = true;
    }
  }

  private static int lineFeed(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int n = ended ? -1 : in.read(into, offset, length);
    if (n < 0) {
      ended = true;
      return -1;
    }
    // The line that holds the range's last byte is the last; it ends at or behind that byte.
    long last = Math.max(position, to - 1);
    if (last < position + n) {
      int end = lineFeed(into, offset + (int) (last - position), offset + n);
      if (end >= 0) {
        ended = true;
        n = end + 1 - offset;
      }
    }
    position += n;
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
