package io.retromae.etl.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.retromae.etl.source.Quarantined.Reason;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of one record that matter, by Jackson's pull parser; all others are skipped. Slower
 * than {@link RecordScanner} and the judge of everything that the scanner leaves to it.
 */
final class JsonRecords {
  static final int MAX_DEPTH = 64;

  private final JsonFactory strict = factory().build();
  private final JsonFactory lenient =
      factory().enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();
  private final Columns columns;
  private final ReaderSettings limits;

  JsonRecords(Columns columns, ReaderSettings limits) {
    this.columns = columns;
    this.limits = limits;
  }

  private static JsonFactoryBuilder factory() {
    return (JsonFactoryBuilder)
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build());
  }

  Fields parse(byte[] bytes, int start, int end) throws Fields.Refused {
    Utf8Text record = Utf8Text.decode(bytes, start, end, limits.invalidUtf8());
    try {
      return parse(strict, record, 0);
    } catch (Fields.Refused e) {
      boolean again = limits.rawControls() == ReaderSettings.RawControls.ACCEPT;
      if (!again || e.reason() != Reason.INVALID_JSON) {
        throw e;
      }
      return parse(lenient, record, 1);
    }
  }

  private Fields parse(JsonFactory json, Utf8Text record, int rawControls) throws Fields.Refused {
    try (JsonParser parser = json.createParser(record.text())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        JsonToken found = parser.currentToken();
        parser.skipChildren();
        requireEnd(parser);
        throw new Fields.Refused(Reason.WRONG_TYPE, "a record must be an object, is " + found);
      }
      return object(parser, record.replaced(), rawControls);
    } catch (StreamConstraintsException e) {
      boolean deep = String.valueOf(e.getMessage()).contains("depth");
      throw deep
          ? new Fields.Refused(Reason.TOO_DEEP, "nested deeper than " + MAX_DEPTH)
          : new Fields.Refused(Reason.INVALID_JSON, e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw new Fields.Refused(Reason.INVALID_JSON, e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private Fields object(JsonParser parser, int replaced, int rawControls)
      throws IOException, Fields.Refused {
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
      boolean string = token == JsonToken.VALUE_STRING;
      if (key.equals(columns.text())) {
        textToken = token;
        text = string ? parser.getText() : "";
      } else if (!key.isEmpty() && key.equals(columns.title())) {
        title = string ? parser.getText().strip() : "";
      } else if (!key.isEmpty() && key.equals(columns.set())) {
        set = name(token, parser);
      } else if (!key.isEmpty() && key.equals(columns.meta())) {
        set = token == JsonToken.START_OBJECT ? setOfMeta(parser) : Optional.empty();
      }
      parser.skipChildren();
    }
    requireEnd(parser);
    checkText(columns.text(), textToken, text);
    return new Fields(
        set, title, text, new Fields.Repairs(duplicates, replaced, rawControls, true));
  }

  private static void checkText(String key, JsonToken token, String text) throws Fields.Refused {
    if (token == JsonToken.VALUE_NULL) {
      throw new Fields.Refused(Reason.MISSING_TEXT, "no '" + key + "'");
    }
    if (token != JsonToken.VALUE_STRING) {
      throw new Fields.Refused(
          Reason.WRONG_TYPE, "'%s' must be a string, is %s".formatted(key, token));
    }
    if (text.isBlank()) {
      throw new Fields.Refused(Reason.EMPTY_TEXT, "'" + key + "' is blank");
    }
  }

  private static Optional<String> setOfMeta(JsonParser parser) throws IOException {
    Optional<String> set = Optional.empty();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      if (key.equals(Columns.PILE_SET)) {
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

  private static void requireEnd(JsonParser parser) throws IOException, Fields.Refused {
    if (parser.nextToken() != null) {
      throw new Fields.Refused(Reason.INVALID_JSON, "more than one value in a record");
    }
  }
}
