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
public final class LineReader implements AutoCloseable {
  private static final int LONGEST_LINE = 64 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long number;

  /** Lines of a decompressed stream. */
  public LineReader(InputStream in) {
    this(in, 0);
  }

  /**
   * Lines of a part of a file.
   *
   * @param before lines of the file that lie before it
   */
  public LineReader(InputStream in, long before) {
    this.in = in;
    this.number = before;
  }

  /** Place of the line that came last, from 1. */
  public long number() {
    return number;
  }

  /**
   * The next line that is not blank; empty at the end.
   *
   * @throws RefusedRecordException if it is too long or no UTF-8
   */
  public Optional<String> next() throws IOException, RefusedRecordException {
    Optional<String> line = nextOfAny();
    while (line.isPresent() && line.get().isBlank()) {
      line = nextOfAny();
    }
    return line;
  }

  /**
   * The next line, blank or not; empty at the end.
   *
   * @throws RefusedRecordException if it is too long or no UTF-8
   */
  public Optional<String> nextOfAny() throws IOException, RefusedRecordException {
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
        return Optional.of(text(line.toByteArray()));
      }
    }
    if (line.size() == 0) {
      return Optional.empty();
    }
    number++;
    return Optional.of(text(line.toByteArray()));
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

  private static String text(byte[] line) throws RefusedRecordException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      int start = 0;
      while (start < text.length() && text.charAt(start) == '\uFEFF') { // of files that were joined
        start++;
      }
      int end = text.length() - (text.endsWith("\r") ? 1 : 0);
      return text.substring(start, Math.max(start, end));
    } catch (CharacterCodingException e) {
      throw new RefusedRecordException("invalid_utf8", "malformed UTF-8: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
