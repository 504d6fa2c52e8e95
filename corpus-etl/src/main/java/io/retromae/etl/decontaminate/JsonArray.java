package io.retromae.etl.decontaminate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** One array of objects, read element by element. A broken element ends it with an error. */
final class JsonArray implements BenchmarkRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonParser parser;

  /** An array that the stream begins with. */
  JsonArray(InputStream in) throws IOException {
    parser = JSON.createParser(in);
    parser.nextToken();
  }

  @Override
  public Optional<ObjectNode> next() throws IOException, RefusedRecordException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.END_ARRAY) {
      return Optional.empty();
    }
    if (token == null) {
      throw new IOException(
          "the array has no end; it breaks off at byte %,d"
              .formatted(parser.currentLocation().getByteOffset()));
    }
    JsonNode node = parser.readValueAsTree();
    if (node instanceof ObjectNode object) {
      return Optional.of(object);
    }
    throw new RefusedRecordException(
        "wrong_type", "a record must be an object, is " + node.getNodeType());
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
