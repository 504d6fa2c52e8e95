package io.retromae.etl.source;

import java.util.Arrays;
import java.util.Optional;

/**
 * Reads well-formed records straight from their bytes: strict JSON (RFC 8259) and strict UTF-8, and
 * no key twice. It gives up on anything else, and {@link JsonRecords} then says what is wrong with
 * it, or that it is only unusual. Not thread-safe.
 */
final class RecordScanner {
  private static final int MAX_KEYS = 16;
  private static final int MAX_KEY_BYTES = 10_000;
  private static final int GIVE_UP = -1;

  private final Columns.Key textKey;
  private final Columns.Key titleKey;
  private final Columns.Key setKey;
  private final Columns.Key metaKey;
  private final Columns.Key pileSetKey = Columns.Key.of(Columns.PILE_SET);
  private final int[] keyStarts = new int[MAX_KEYS];
  private final int[] keyEnds = new int[MAX_KEYS];
  private final JsonString text = new JsonString();
  private final JsonString title = new JsonString();
  private final JsonString set = new JsonString();
  private final JsonString other = new JsonString();
  private byte[] bytes = new byte[0];
  private int end;
  private int keys;

  RecordScanner(Columns columns) {
    this.textKey = Columns.Key.of(columns.text());
    this.titleKey = Columns.Key.of(columns.title());
    this.setKey = Columns.Key.of(columns.set());
    this.metaKey = Columns.Key.of(columns.meta());
  }

  /** The record's fields; empty if there is anything unusual about it. */
  Optional<Fields> parse(byte[] record, int from, int to) {
    bytes = record;
    end = to;
    keys = 0;
    text.clear();
    title.clear();
    set.clear();
    int at = skipBlanks(from);
    if (at == end || bytes[at] != '{') {
      return Optional.empty();
    }
    at = object(at + 1);
    if (at == GIVE_UP || skipBlanks(at) != end || !text.present) {
      return Optional.empty();
    }
    return fields();
  }

  private Optional<Fields> fields() {
    String body = text.decode(bytes);
    if (body.isBlank()) {
      return Optional.empty();
    }
    String name = set.present ? set.decode(bytes) : "";
    boolean surrogates = text.surrogates || title.surrogates;
    return Optional.of(
        new Fields(
            name.isBlank() ? Optional.empty() : Optional.of(name),
            title.present ? title.decode(bytes).strip() : "",
            body,
            new Fields.Repairs(0, 0, 0, surrogates)));
  }

  /** The record's own members, from behind its opening bracket; GIVE_UP or behind its end. */
  private int object(int from) {
    int at = skipBlanks(from);
    while (at < end && bytes[at] == '"') {
      int keyStart = at + 1;
      at = string(at, other);
      if (at == GIVE_UP || !remember(keyStart, at - 1)) {
        return GIVE_UP;
      }
      int keyEnd = at - 1;
      at = colon(at);
      if (at == GIVE_UP) {
        return GIVE_UP;
      }
      at = member(keyStart, keyEnd, at);
      if (at == GIVE_UP) {
        return GIVE_UP;
      }
      at = skipBlanks(at);
      if (at < end && bytes[at] == '}') {
        return at + 1;
      }
      if (at == end || bytes[at] != ',') {
        return GIVE_UP;
      }
      at = skipBlanks(at + 1);
    }
    return GIVE_UP; // an empty object too: it has no text
  }

  private int member(int keyStart, int keyEnd, int at) {
    if (textKey.is(bytes, keyStart, keyEnd)) {
      return bytes[at] == '"' ? string(at, text) : GIVE_UP;
    }
    if (bytes[at] == '"' && titleKey.is(bytes, keyStart, keyEnd)) {
      return string(at, title);
    }
    if (bytes[at] == '"' && setKey.is(bytes, keyStart, keyEnd)) {
      return string(at, set);
    }
    if (bytes[at] == '{' && metaKey.is(bytes, keyStart, keyEnd)) {
      return container(at, 1, true);
    }
    return value(at, 1);
  }

  /** Notes a key; false if it is unusual: given before, escaped, long, or one of very many. */
  private boolean remember(int from, int to) {
    if (other.escaped || keys == MAX_KEYS || to - from > MAX_KEY_BYTES) {
      return false;
    }
    for (int i = 0; i < keys; i++) {
      if (Arrays.equals(bytes, from, to, bytes, keyStarts[i], keyEnds[i])) {
        return false;
      }
    }
    keyStarts[keys] = from;
    keyEnds[keys++] = to;
    return true;
  }

  private int colon(int from) {
    int at = skipBlanks(from);
    if (at == end || bytes[at] != ':') {
      return GIVE_UP;
    }
    at = skipBlanks(at + 1);
    return at == end ? GIVE_UP : at;
  }

  /**
   * Any value, skipped.
   *
   * @param depth brackets that are open
   */
  private int value(int at, int depth) {
    if (at >= end) {
      return GIVE_UP;
    }
    return switch (bytes[at]) {
      case '"' -> string(at, other);
      case '{', '[' -> container(at, depth, false);
      case 't' -> literal(at, "true");
      case 'f' -> literal(at, "false");
      case 'n' -> literal(at, "null");
      default -> number(at);
    };
  }

  private int container(int from, int depth, boolean meta) {
    if (depth == JsonRecords.MAX_DEPTH) {
      return GIVE_UP;
    }
    boolean object = bytes[from] == '{';
    int close = object ? '}' : ']';
    int at = skipBlanks(from + 1);
    if (at < end && bytes[at] == close) {
      return at + 1;
    }
    while (at < end) {
      at = object ? entry(at, depth, meta) : value(at, depth + 1);
      if (at == GIVE_UP) {
        return GIVE_UP;
      }
      at = skipBlanks(at);
      if (at < end && bytes[at] == close) {
        return at + 1;
      }
      if (at == end || bytes[at] != ',') {
        return GIVE_UP;
      }
      at = skipBlanks(at + 1);
    }
    return GIVE_UP;
  }

  private int entry(int from, int depth, boolean meta) {
    if (bytes[from] != '"') {
      return GIVE_UP;
    }
    int at = string(from, other);
    if (at == GIVE_UP || at - from > MAX_KEY_BYTES || meta && other.escaped) {
      return GIVE_UP;
    }
    boolean names = meta && pileSetKey.is(bytes, from + 1, at - 1);
    at = colon(at);
    if (at == GIVE_UP || names && (set.present || bytes[at] != '"')) {
      return GIVE_UP;
    }
    return names ? string(at, set) : value(at, depth + 1);
  }

  private int literal(int at, String word) {
    if (end - at < word.length()) {
      return GIVE_UP;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return GIVE_UP;
      }
    }
    return at + word.length();
  }

  private int number(int from) {
    int at = bytes[from] == '-' ? from + 1 : from;
    int digits = digits(at);
    if (digits == at || bytes[at] == '0' && digits > at + 1) {
      return GIVE_UP;
    }
    at = digits;
    if (at < end && bytes[at] == '.') {
      digits = digits(at + 1);
      if (digits == at + 1) {
        return GIVE_UP;
      }
      at = digits;
    }
    if (at < end && (bytes[at] | 0x20) == 'e') {
      at++;
      at += at < end && (bytes[at] == '+' || bytes[at] == '-') ? 1 : 0;
      digits = digits(at);
      return digits == at ? GIVE_UP : digits;
    }
    return at;
  }

  private int digits(int from) {
    int at = from;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < end && ArrayCutter.isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  /** A string from its opening quote to behind its closing one, checked. */
  private int string(int from, JsonString into) {
    int at = from + 1;
    into.begin(at);
    while (true) {
      while (at + ByteLanes.WIDTH <= end && ByteLanes.plain(bytes, at)) {
        at += ByteLanes.WIDTH;
      }
      if (at >= end) {
        return GIVE_UP;
      }
      byte b = bytes[at];
      if (b == '"') {
        into.finish(at);
        return at + 1;
      } else if (b == '\\') {
        at = escape(at + 1, into);
      } else if (b < 0) {
        at = wide(at, into);
      } else if (b < ' ') {
        return GIVE_UP;
      } else {
        at++;
      }
      if (at == GIVE_UP) {
        return GIVE_UP;
      }
    }
  }

  private int escape(int at, JsonString into) {
    if (at >= end) {
      return GIVE_UP;
    }
    into.escaped = true;
    switch (bytes[at]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
        return at + 1;
      case 'u':
        if (end - at < 5) {
          return GIVE_UP;
        }
        int unit = JsonString.unit(bytes, at + 1);
        into.surrogates |= unit >= Character.MIN_SURROGATE && unit <= Character.MAX_SURROGATE;
        return unit < 0 ? GIVE_UP : at + 5;
      default:
        return GIVE_UP;
    }
  }

  /** Characters beyond ASCII, one after the other, as long as they are well formed. */
  private int wide(int from, JsonString into) {
    into.wide = true;
    int at = from;
    while (at < end && bytes[at] < 0) {
      int length = Utf8Sequence.length(bytes, at, end);
      if (length == 0) {
        return GIVE_UP;
      }
      at += length;
    }
    return at;
  }
}
