package io.retromae.etl.source;

import java.util.Arrays;

/** The bytes of one record, up to a limit; what goes beyond is counted, not kept. */
final class RecordBuffer {
  private final int limit;
  private byte[] bytes = new byte[1 << 16];
  private int size;
  private boolean overflown;

  RecordBuffer(int limit) {
    this.limit = limit;
  }

  void clear() {
    size = 0;
    overflown = false;
  }

  void append(byte[] from, int start, int length) {
    if (size + length > limit) {
      overflown = true;
      return;
    }
    if (size + length > bytes.length) {
      int wanted = Math.max(size + length, (int) Math.min(limit, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, wanted);
    }
    System.arraycopy(from, start, bytes, size, length);
    size += length;
  }

  void append(int b) {
    append(new byte[] {(byte) b}, 0, 1);
  }

  boolean overflown() {
    return overflown;
  }

  int size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Whether only blanks were taken. */
  boolean isBlank() {
    for (int i = 0; i < size; i++) {
      if (bytes[i] > ' ' || bytes[i] < 0) {
        return false;
      }
    }
    return !overflown;
  }

  byte[] head(int length) {
    return Arrays.copyOf(bytes, Math.min(size, length));
  }
}
