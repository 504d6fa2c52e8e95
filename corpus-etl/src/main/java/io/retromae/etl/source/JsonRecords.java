package io.retromae.etl.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The fields of one record that matter, by Jackson's pull parser; all others are skipped. */
final class JsonRecords {
  static final int MAX_DEPTH = 64;

  private final JsonFactory json =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();
  private final Format format;

  JsonRecords(Format format) {
    this.format = format;
  }

  /** A record that cannot be a document. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Quarantined.Reason reason;

    Refused(Quarantined.Reason reason, String message) {
      super(message);
      this.reason = reason;
    }

    Quarantined.Reason reason() {
      return reason;
    }
  }

  /**
   * What a record says.
   *
   * @param set the name of the set it belongs to, if it says so
   * @param title WuDao's title, empty if none
   * @param text the text itself
   * @param duplicateKeys keys given again; the last one counts
   */
  record Fields(Optional<String> set, String title, String text, int duplicateKeys) {}

  Fields parse(byte[] bytes, int length) throws Refused {
    String record = decode(bytes, length);
    try (JsonParser parser = json.createParser(record)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        JsonToken found = parser.currentToken();
        parser.skipChildren();
        requireEnd(parser);
        throw new Refused(Quarantined.Reason.WRONG_TYPE, "a record must be an object, is " + found);
      }
      return object(parser);
    } catch (StreamConstraintsException e) {
      throw new Refused(Quarantined.Reason.TOO_DEEP, "nested deeper than " + MAX_DEPTH);
    } catch (JsonProcessingException e) {
      throw new Refused(Quarantined.Reason.INVALID_JSON, e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static String decode(byte[] bytes, int length) throws Refused {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Refused(Quarantined.Reason.INVALID_UTF8, "malformed UTF-8: " + e.getMessage());
    }
  }

  private Fields object(JsonParser parser) throws IOException, Refused {
    String textKey = format == Format.PILE ? "text" : "content";
    Set<String> keys = new HashSet<>();
    int duplicates = 0;
    JsonToken textToken = JsonToken.VALUE_NULL;
    String text = "";
    String title = "";
    Optional<String> set = Optional.empty();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      duplicates += keys.add(key) ? 0 : 1;
      JsonToken token = parser.nextToken();
      if (key.equals(textKey)) {
        textToken = token;
        text = token == JsonToken.VALUE_STRING ? parser.getText() : "";
      } else if (key.equals("title") && format == Format.WUDAO) {
        title = token == JsonToken.VALUE_STRING ? parser.getText().strip() : "";
      } else if (key.equals("dataType") && format == Format.WUDAO) {
        set = name(token, parser);
      } else if (key.equals("meta") && format == Format.PILE) {
        set = token == JsonToken.START_OBJECT ? setOfMeta(parser) : Optional.empty();
      }
      parser.skipChildren();
    }
    requireEnd(parser);
    checkText(textKey, textToken, text);
    return new Fields(set, title, text, duplicates);
  }

  private static void checkText(String key, JsonToken token, String text) throws Refused {
    if (token == JsonToken.VALUE_NULL) {
      throw new Refused(Quarantined.Reason.MISSING_TEXT, "no '" + key + "'");
    }
    if (token != JsonToken.VALUE_STRING) {
      throw new Refused(
          Quarantined.Reason.WRONG_TYPE, "'%s' must be a string, is %s".formatted(key, token));
    }
    if (text.isBlank()) {
      throw new Refused(Quarantined.Reason.EMPTY_TEXT, "'" + key + "' is blank");
    }
  }

  private static Optional<String> setOfMeta(JsonParser parser) throws IOException {
    Optional<String> set = Optional.empty();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      if (key.equals("pile_set_name")) {
        set = name(token, parser);
      }
      parser.skipChildren();
    }
    return set;
  }

  private static Optional<String> name(JsonToken token, JsonParser parser) throws IOException {
    return token == JsonToken.VALUE_STRING && !parser.getText().isBlank()
        ? Optional.of(parser.getText())
        : Optional.empty();
  }

  private static void requireEnd(JsonParser parser) throws IOException, Refused {
    if (parser.nextToken() != null) {
      throw new Refused(Quarantined.Reason.INVALID_JSON, "more than one value in a record");
    }
  }
}
