package io.retromae.embed.vector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Ids of the rows of a {@code .npy} file, in UTF-8, a line each. {@code NAME.ids.jsonl}, which we
 * write, has each as a JSON string, so that an id may hold a line feed; {@code NAME.ids.txt}, which
 * others may write, has them plain. Read forwards, from any place where a line begins.
 */
final class IdsFile implements AutoCloseable {
  /** What the names of JSON lines and of plain lines end with. */
  static final String JSON_LINES = ".ids.jsonl";

  static final String PLAIN = ".ids.txt";

  /** No id is as long as this; who reads a file that has no lines at all should hear of it. */
  private static final int MAX_LINE_BYTES = 1 << 24;

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final int BUFFER_BYTES = 1 << 16;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final String path;
  private final BufferedInputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long position;

  /** Opens it where a line begins. */
  IdsFile(Storage storage, String path, long position) throws IOException {
    this.path = path;
    this.position = position;
    var file = storage.open(path);
    file.seek(position);
    this.in = new BufferedInputStream(file, BUFFER_BYTES);
  }

  /** The name that belongs to a {@code .npy} file that we write. */
  static String nameFor(String npy) {
    return stem(npy) + JSON_LINES;
  }

  /** A file's name without {@code .npy}. */
  static String stem(String npy) {
    return npy.substring(0, npy.length() - ".npy".length());
  }

  /** A line as we write it. */
  static byte[] line(String id) throws IOException {
    return (JSON.writeValueAsString(id) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Where the next line begins. */
  long position() {
    return position;
  }

  /** Passes over a line; false at the end, and before a last line that is blank. */
  boolean skip() throws IOException {
    line.reset();
    int b = in.read();
    if (b < 0) {
      return false;
    }
    for (; b >= 0; b = in.read()) {
      position++;
      if (b == '\n') {
        break;
      }
      line.write(b);
      if (line.size() > MAX_LINE_BYTES) {
        throw new CorruptDataException(
            "%s: a line longer than %d bytes is no id".formatted(path, MAX_LINE_BYTES));
      }
    }
    return !blank() || !atEnd();
  }

  private boolean blank() {
    return line.size() == 0 || line.toString(StandardCharsets.UTF_8).equals("\r");
  }

  private boolean atEnd() throws IOException {
    in.mark(1);
    boolean end = in.read() < 0;
    in.reset();
    return end;
  }

  /**
   * The next id.
   *
   * @throws EOFException if there is none
   * @throws CorruptDataException if the line is none
   */
  String next() throws IOException {
    long start = position;
    if (!skip()) {
      throw new EOFException(path + ": ends before the last row; copy it again");
    }
    String text = decoded(start);
    if (!path.endsWith(JSON_LINES)) {
      int from = start == 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
      return text.substring(from, text.endsWith("\r") ? text.length() - 1 : text.length());
    }
    try {
      JsonNode id = JSON.readTree(text);
      if (id.isTextual() || id.isIntegralNumber()) {
        return id.asText();
      }
      throw noId(start);
    } catch (JsonProcessingException e) {
      throw noId(start);
    }
  }

  private String decoded(long start) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new CorruptDataException(
          "%s: the line at byte %d is not in UTF-8".formatted(path, start), e);
    }
  }

  private CorruptDataException noId(long start) {
    return new CorruptDataException(
        "%s: the line at byte %d is no JSON string; plain ids belong into a file named *%s"
            .formatted(path, start, PLAIN));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
