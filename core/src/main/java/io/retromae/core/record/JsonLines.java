package io.retromae.core.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** One object a line; a broken line does not take its neighbours along. Blank lines are skipped. */
final class JsonLines implements Records {
  private static final ObjectReader JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

  private final LineReader lines;

  /** Lines, which are closed with the reader. */
  JsonLines(LineReader lines) {
    this.lines = lines;
  }

  @Override
  public long number() {
    return lines.number();
  }

  @Override
  public Optional<ObjectNode> next() throws IOException, RefusedRecordException {
    Optional<String> line = lines.next();
    return line.isEmpty() ? Optional.empty() : Optional.of(parse(line.get()));
  }

  private static ObjectNode parse(String line) throws RefusedRecordException {
    try {
      JsonNode node = JSON.readTree(line);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new RefusedRecordException(
          "wrong_type", "a record must be an object, is " + node.getNodeType());
    } catch (JsonProcessingException e) {
      throw new RefusedRecordException("invalid_json", e.getOriginalMessage());
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
