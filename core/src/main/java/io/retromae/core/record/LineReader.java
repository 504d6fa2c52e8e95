package io.retromae.core.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Lines of UTF-8, ended by LF or CR LF, without byte order marks before them. A line that cannot be
 * used does not take its neighbours along. Owns the stream.
 */
final class LineReader implements AutoCloseable {
  private static final int LONGEST_LINE = 64 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long number;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** Place of the line that came last, from 1. */
  long number() {
    return number;
  }

  /**
   * The next line that is not blank; empty at the end.
   *
   * @throws RefusedRecordException if it is too long or no UTF-8
   */
  Optional<String> next() throws IOException, RefusedRecordException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    while (fill()) {
      boolean whole = takeLine(line);
      if (line.size() > LONGEST_LINE) {
        skipLine(whole);
        number++;
        throw new RefusedRecordException(
            "too_large", "longer than %,d bytes".formatted(LONGEST_LINE));
      }
      if (whole) {
        number++;
        Optional<String> text = text(line.toByteArray());
        if (text.isPresent()) {
          return text;
        }
        line.reset();
      }
    }
    number += line.size() > 0 ? 1 : 0;
    return text(line.toByteArray());
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return limit > 0;
  }

  /** Takes what is buffered up to a line feed; whether there was one. */
  private boolean takeLine(ByteArrayOutputStream into) {
    int start = position;
    while (position < limit && buffer[position] != '\n') {
      position++;
    }
    into.write(buffer, start, position - start);
    boolean whole = position < limit;
    position += whole ? 1 : 0;
    return whole;
  }

  private void skipLine(boolean skipped) throws IOException {
    boolean whole = skipped;
    while (!whole && fill()) {
      whole = takeLine(new ByteArrayOutputStream());
    }
  }

  private static Optional<String> text(byte[] line) throws RefusedRecordException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      int start = 0;
      while (start < text.length() && text.charAt(start) == '\uFEFF') { // of files that were joined
        start++;
      }
      int end = text.length() - (text.endsWith("\r") ? 1 : 0);
      String bare = text.substring(start, Math.max(start, end));
      return bare.isBlank() ? Optional.empty() : Optional.of(bare);
    } catch (CharacterCodingException e) {
      throw new RefusedRecordException("invalid_utf8", "malformed UTF-8: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
