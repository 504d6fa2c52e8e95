package io.retromae.etl.source.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.retromae.etl.source.Columns;
import io.retromae.etl.source.Fields;
import io.retromae.etl.source.Quarantined.Reason;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Utf8Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of one record that matter, by Jackson's pull parser; all others are skipped. Slower
 * than {@link RecordScanner} and the judge of everything that the scanner leaves to it.
 */
final class JsonRecords {
  static final int MAX_DEPTH = 64;

  private final List<Dialect> dialects;
  private final Columns columns;
  private final KeyTree tree;
  private final ReaderSettings limits;

  JsonRecords(Columns columns, ReaderSettings limits) {
    this.columns = columns;
    this.tree = KeyTree.of(columns);
    this.limits = limits;
    this.dialects = Dialect.accepted(limits);
  }

  /**
   * JSON, or JSON with something that is tolerated.
   *
   * @param json its parsers
   * @param nonNumbers 1 if numbers may be NaN or infinite
   * @param rawControls 1 if control characters may stand unescaped
   */
  private record Dialect(JsonFactory json, int nonNumbers, int rawControls) {
    static Dialect of(boolean nonNumbers, boolean rawControls) {
      JsonFactory json =
          ((JsonFactoryBuilder)
                  JsonFactory.builder()
                      .streamReadConstraints(
                          StreamReadConstraints.builder()
                              .maxNestingDepth(MAX_DEPTH)
                              .maxStringLength(Integer.MAX_VALUE)
                              .maxNumberLength(Integer.MAX_VALUE)
                              .build()))
              .configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS, nonNumbers)
              .configure(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, rawControls)
              .build();
      return new Dialect(json, nonNumbers ? 1 : 0, rawControls ? 1 : 0);
    }

    boolean isStrict() {
      return nonNumbers + rawControls == 0;
    }

    /** What is accepted, the strictest first, so that it is known what a record needed. */
    static List<Dialect> accepted(ReaderSettings limits) {
      boolean nan = limits.nan() == ReaderSettings.Nan.ACCEPT;
      boolean controls = limits.rawControls() == ReaderSettings.RawControls.ACCEPT;
      List<Dialect> dialects = new ArrayList<>(List.of(of(false, false)));
      if (nan) {
        dialects.add(of(true, false));
      }
      if (controls) {
        dialects.add(of(false, true));
      }
      if (nan && controls) {
        dialects.add(of(true, true));
      }
      return List.copyOf(dialects);
    }
  }

  /** What was found of a record so far. */
  private static final class Found {
    private final Set<String> keys = new HashSet<>();
    private final JsonToken[] tokens = new JsonToken[Columns.PARTS];
    private final String[] values = new String[Columns.PARTS];
    private final int[] ranks = new int[Columns.PARTS];
    private int duplicates;
    private boolean nanText;

    Found() {
      Arrays.fill(tokens, JsonToken.NOT_AVAILABLE);
      Arrays.fill(values, "");
      Arrays.fill(ranks, Integer.MAX_VALUE);
    }

    void offer(KeyTree.Branch branch, JsonParser parser) throws IOException {
      int part = branch.part();
      if (branch.rank() <= ranks[part]) {
        JsonToken token = parser.currentToken();
        ranks[part] = branch.rank();
        tokens[part] = token;
        boolean number = token.isNumeric() && !parser.isNaN();
        nanText = part == Columns.TEXT ? parser.isNaN() : nanText;
        boolean scalar = token == JsonToken.VALUE_STRING || number || token.isBoolean();
        values[part] = scalar ? parser.getText() : "";
      }
    }
  }

  Fields parse(byte[] bytes, int start, int end) throws Fields.Refused {
    Utf8Text record = Utf8Text.decode(bytes, start, end, limits.invalidUtf8());
    Fields.Refused refusal = new Fields.Refused(Reason.INVALID_JSON, "");
    for (Dialect dialect : dialects) {
      try {
        return parse(dialect, record);
      } catch (Fields.Refused e) {
        if (e.reason() != Reason.INVALID_JSON) {
          throw e;
        }
        refusal = dialect.isStrict() ? e : refusal; // what is wrong with it as JSON
      }
    }
    throw refusal;
  }

  private Fields parse(Dialect dialect, Utf8Text record) throws Fields.Refused {
    try (JsonParser parser = dialect.json().createParser(record.text())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        JsonToken found = parser.currentToken();
        parser.skipChildren();
        requireEnd(parser);
        throw new Fields.Refused(Reason.WRONG_TYPE, "a record must be an object, is " + found);
      }
      Found found = new Found();
      object(parser, tree, found, true);
      requireEnd(parser);
      checkText(found, dialect, record);
      return fields(found, dialect, record.replaced());
    } catch (StreamConstraintsException e) {
      boolean deep = String.valueOf(e.getMessage()).contains("depth");
      throw deep
          ? new Fields.Refused(Reason.TOO_DEEP, "nested deeper than " + MAX_DEPTH)
          : new Fields.Refused(Reason.INVALID_JSON, e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw new Fields.Refused(Reason.INVALID_JSON, e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException(
          "reading %,d characters from memory failed: %s"
              .formatted(record.text().length(), e.getMessage()),
          e);
    }
  }

  private static void object(JsonParser parser, KeyTree tree, Found found, boolean whole)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      found.duplicates += whole && !found.keys.add(key) ? 1 : 0;
      KeyTree.Branch branch = tree.find(key);
      JsonToken token = parser.nextToken();
      if (branch.isPart()) {
        found.offer(branch, parser);
      }
      if (branch.leadsOn() && token == JsonToken.START_OBJECT) {
        object(parser, branch.below(), found, false);
      } else {
        parser.skipChildren();
      }
    }
  }

  private static Fields fields(Found found, Dialect dialect, int replaced) {
    String set = found.values[Columns.SET];
    return new Fields(
        set.isBlank() ? Optional.empty() : Optional.of(set),
        found.values[Columns.TITLE].strip(),
        found.values[Columns.TEXT],
        new Fields.Repairs(
            found.duplicates,
            replaced,
            dialect.rawControls(),
            dialect.nonNumbers(),
            found.tokens[Columns.SET].isStructStart() ? 1 : 0,
            true));
  }

  private void checkText(Found found, Dialect dialect, Utf8Text record)
      throws IOException, Fields.Refused {
    JsonToken token = found.tokens[Columns.TEXT];
    String key = columns.text();
    if (token == JsonToken.NOT_AVAILABLE || token == JsonToken.VALUE_NULL) {
      List<String> keys = keys(dialect, record);
      boolean isNull = token == JsonToken.VALUE_NULL;
      String message = isNull ? "'%s' is null; keys: %s" : "no '%s'; keys: %s";
      throw new Fields.Refused(
          Reason.MISSING_TEXT, message.formatted(key, String.join(", ", keys)), keys);
    }
    if (found.nanText) {
      throw new Fields.Refused(Reason.INVALID_JSON, "'" + key + "' is NaN or infinite");
    }
    if (token != JsonToken.VALUE_STRING) {
      throw new Fields.Refused(
          Reason.WRONG_TYPE,
          "'%s' must be a string, is %s".formatted(key, token),
          keys(dialect, record));
    }
    if (found.values[Columns.TEXT].isBlank()) {
      throw new Fields.Refused(Reason.EMPTY_TEXT, "'" + key + "' is blank");
    }
  }

  /** Paths of the keys of a record that is well formed. */
  List<String> keys(byte[] bytes, int start, int end) throws Fields.Refused {
    Utf8Text record = Utf8Text.decode(bytes, start, end, limits.invalidUtf8());
    try {
      return keys(dialects.get(dialects.size() - 1), record);
    } catch (IOException e) {
      throw new IllegalStateException(
          "a record of %,d bytes that was read is none: %s".formatted(end - start, e.getMessage()),
          e);
    }
  }

  private static List<String> keys(Dialect dialect, Utf8Text record) throws IOException {
    try (JsonParser parser = dialect.json().createParser(record.text())) {
      return RecordKeys.of(parser);
    }
  }

  private static void requireEnd(JsonParser parser) throws IOException, Fields.Refused {
    if (parser.nextToken() != null) {
      throw new Fields.Refused(Reason.INVALID_JSON, "more than one value in a record");
    }
  }
}
