package io.retromae.etl.source.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The keys of a record as paths, for a person who looks for the one that holds the text. */
final class RecordKeys {
  private static final int MOST_KEYS = 24;
  private static final int MOST_LEVELS = 4;
  private static final int MOST_CHARACTERS = 80;

  private final Set<String> keys = new LinkedHashSet<>();

  private RecordKeys() {}

  /** Keys in order, those of objects within joined by dots; the first of very many. */
  static List<String> of(JsonParser parser) throws IOException {
    RecordKeys found = new RecordKeys();
    if (parser.nextToken() == JsonToken.START_OBJECT) {
      found.collect(parser, "", 1);
    }
    return List.copyOf(found.keys);
  }

  private void collect(JsonParser parser, String path, int level) throws IOException {
    while (keys.size() < MOST_KEYS && parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = path + readable(parser.currentName());
      if (parser.nextToken() == JsonToken.START_OBJECT && level < MOST_LEVELS) {
        collect(parser, key + ".", level + 1);
      } else {
        keys.add(key);
        parser.skipChildren();
      }
    }
  }

  private static String readable(String key) {
    String line = key.codePoints().anyMatch(Character::isISOControl) ? visible(key) : key;
    return line.codePointCount(0, line.length()) <= MOST_CHARACTERS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MOST_CHARACTERS)) + "...";
  }

  private static String visible(String key) {
    return key.codePoints()
        .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
