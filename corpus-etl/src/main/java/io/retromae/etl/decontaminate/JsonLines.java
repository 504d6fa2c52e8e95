package io.retromae.etl.decontaminate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One object a line; a broken line does not take its neighbours along. Blank lines are skipped. */
final class JsonLines implements BenchmarkRecords {
  private static final int LONGEST_LINE = 64 << 20;
  private static final ObjectReader JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;

  /** Lines of a decompressed stream, which is closed with the reader. */
  JsonLines(InputStream in) {
    this.in = in;
  }

  @Override
  public Optional<ObjectNode> next() throws IOException, RefusedRecordException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    while (fill()) {
      boolean whole = takeLine(line);
      if (line.size() > LONGEST_LINE) {
        skipLine(whole);
        throw new RefusedRecordException(
            "too_large", "longer than %,d bytes".formatted(LONGEST_LINE));
      }
      if (whole && !isBlank(line)) {
        return Optional.of(parse(line.toByteArray()));
      }
      if (whole) {
        line.reset();
      }
    }
    return isBlank(line) ? Optional.empty() : Optional.of(parse(line.toByteArray()));
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

  private static boolean isBlank(ByteArrayOutputStream line) {
    return line.size() < 4 && line.toString(StandardCharsets.UTF_8).isBlank();
  }

  private static ObjectNode parse(byte[] line) throws RefusedRecordException, IOException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      JsonNode node = JSON.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new RefusedRecordException(
          "wrong_type", "a record must be an object, is " + node.getNodeType());
    } catch (CharacterCodingException e) {
      throw new RefusedRecordException("invalid_utf8", "malformed UTF-8: " + e.getMessage());
    } catch (JsonProcessingException e) {
      throw new RefusedRecordException("invalid_json", e.getOriginalMessage());
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
