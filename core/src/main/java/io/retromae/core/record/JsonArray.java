package io.retromae.core.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** One array of objects, read element by element. A broken element ends it with an error. */
final class JsonArray implements Records {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonParser parser;
  private long number;

  /** An array that the stream begins with. */
  JsonArray(InputStream in) throws IOException {
    parser = JSON.createParser(in);
    parser.nextToken();
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public Optional<ObjectNode> next() throws IOException, RefusedRecordException {
    try {
      return read();
    } catch (JsonProcessingException e) {
      throw new IOException("%s, at byte %,d".formatted(e.getOriginalMessage(), offset()), e);
    }
  }

  private Optional<ObjectNode> read() throws IOException, RefusedRecordException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.END_ARRAY) {
      if (parser.nextToken() != null) {
        throw new IOException(
            "there is more behind the end of the array, at byte %,d".formatted(offset()));
      }
      return Optional.empty();
    }
    if (token == null) {
      throw new IOException("the array has no end; it breaks off at byte %,d".formatted(offset()));
    }
    number++;
    JsonNode node = parser.readValueAsTree();
    if (node instanceof ObjectNode object) {
      return Optional.of(object);
    }
    throw new RefusedRecordException(
        "wrong_type", "a record must be an object, is " + node.getNodeType());
  }

  private long offset() {
    return parser.currentLocation().getByteOffset();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
