package io.retromae.etl.source.json;

import io.retromae.etl.source.Columns;
import io.retromae.etl.source.Fields;
import io.retromae.etl.source.ReaderSettings;
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
  private static final int GIVE_UP = JsonString.GIVE_UP;

  /** The keys of a value that is skipped. */
  private static final KeyTree NOTHING = KeyTree.NONE.below();

  private final KeyTree tree;
  private final boolean acceptsNan;
  private final int[] keyStarts = new int[MAX_KEYS];
  private final int[] keyEnds = new int[MAX_KEYS];
  private final JsonString text = new JsonString();
  private final JsonString title = new JsonString();
  private final JsonString set = new JsonString();
  private final boolean[] seen = new boolean[Columns.PARTS];
  private final JsonString other = new JsonString();
  private byte[] bytes = new byte[0];
  private int end;
  private int keys;
  private int nonNumbers;

  RecordScanner(Columns columns, ReaderSettings.Nan nan) {
    this.tree = KeyTree.of(columns);
    this.acceptsNan = nan == ReaderSettings.Nan.ACCEPT;
  }

  /** The record's fields; empty if there is anything unusual about it. */
  Optional<Fields> parse(byte[] record, int from, int to) {
    bytes = record;
    end = to;
    keys = 0;
    nonNumbers = 0;
    Arrays.fill(seen, false);
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
            new Fields.Repairs(0, 0, 0, Math.min(1, nonNumbers), 0, surrogates)));
  }

  /** The record's own members, from behind its opening bracket; GIVE_UP or behind its end. */
  private int object(int from) {
    int at = skipBlanks(from);
    while (at < end && bytes[at] == '"') {
      int keyStart = at + 1;
      at = other.check(bytes, at, end);
      if (at == GIVE_UP || !remember(keyStart, at - 1)) {
        return GIVE_UP;
      }
      int keyEnd = at - 1;
      at = colon(at);
      if (at == GIVE_UP) {
        return GIVE_UP;
      }
      at = member(tree.find(bytes, keyStart, keyEnd), at, 1);
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

  /** The value behind a key: a part of the record, on the way to one, or skipped. */
  private int member(KeyTree.Branch branch, int at, int depth) {
    if (branch.isPart()) {
      if (seen[branch.part()]) {
        return GIVE_UP; // which of two counts is for the referee to say
      }
      seen[branch.part()] = true;
      if (bytes[at] == '"') {
        return slot(branch.part()).check(bytes, at, end);
      }
      return branch.part() == Columns.TEXT ? GIVE_UP : scalar(branch, at, depth);
    }
    boolean leadsOn = bytes[at] == '{' && branch.leadsOn();
    return leadsOn ? container(at, depth, branch.below()) : value(at, depth);
  }

  /** A number, true or false is a name too; null, NaN and infinity are none. */
  private int scalar(KeyTree.Branch branch, int from, int depth) {
    byte first = bytes[from];
    if (first == '{' || first == '[') {
      return GIVE_UP;
    }
    int before = nonNumbers;
    int at = value(from, depth);
    if (at != GIVE_UP && first != 'n' && nonNumbers == before) {
      JsonString into = slot(branch.part());
      into.begin(from);
      into.finish(at);
    }
    return at;
  }

  private JsonString slot(int part) {
    return part == Columns.TEXT ? text : part == Columns.TITLE ? title : set;
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
      case '"' -> other.check(bytes, at, end);
      case '{', '[' -> container(at, depth, NOTHING);
      case 't' -> literal(at, "true");
      case 'f' -> literal(at, "false");
      case 'n' -> literal(at, "null");
      case 'N' -> nonNumber(at, "NaN");
      case 'I' -> nonNumber(at, "Infinity");
      default -> number(at);
    };
  }

  private int container(int from, int depth, KeyTree below) {
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
      at = object ? entry(at, depth, below) : value(at, depth + 1);
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

  private int entry(int from, int depth, KeyTree below) {
    if (bytes[from] != '"') {
      return GIVE_UP;
    }
    int at = other.check(bytes, from, end);
    boolean matters = below != NOTHING;
    if (at == GIVE_UP || at - from > MAX_KEY_BYTES || matters && other.escaped) {
      return GIVE_UP;
    }
    KeyTree.Branch branch = matters ? below.find(bytes, from + 1, at - 1) : KeyTree.NONE;
    at = colon(at);
    return at == GIVE_UP ? GIVE_UP : member(branch, at, depth + 1);
  }

  private int nonNumber(int at, String word) {
    nonNumbers++;
    return acceptsNan ? literal(at, word) : GIVE_UP;
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
    if (at > from && at < end && bytes[at] == 'I') {
      return nonNumber(at, "Infinity");
    }
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
}
