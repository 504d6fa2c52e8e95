package io.retromae.etl.source.json;

import io.retromae.etl.source.FilePart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Walks over the members of an object that wraps arrays of records, such as {@code {"count": 2,
 * "RECORDS": [...]}}, from array to array. It streams: of what is passed nothing is held, except as
 * much of an array as a record may be long, while it is looked at.
 */
final class WrappedArrays {
  /** The key by which database exports wrap records. */
  private static final String RECORDS = "RECORDS";

  private static final int KEY_BYTES = 1_000;

  private final ByteWindow window;
  private final byte[] textKey;
  private final int longestRecord;
  private final byte[] key = new byte[KEY_BYTES];
  private int keyLength;
  private boolean namedRecords;
  private boolean hasText;
  private Optional<Layout> otherObjects = Optional.empty();
  private long passed;
  private boolean began;
  private long lookedTo;
  private long giveUp = Long.MAX_VALUE;

  WrappedArrays(ByteWindow window, FilePart part) {
    this.window = window;
    this.textKey = part.input().columns().text().getBytes(StandardCharsets.UTF_8);
    this.longestRecord = part.limits().recordBytes();
  }

  /** Where the walk has come to. */
  enum Step {
    /** Behind the opening bracket of an array of records. */
    ARRAY,
    /** Behind the object's closing bracket. */
    END,
    /** Where the object breaks off, or as far as one wanted to go. */
    BROKEN
  }

  /** The object itself has a text, as a record has. */
  boolean hasText() {
    return hasText;
  }

  /** The first array that begins with an object, whatever that holds. */
  Optional<Layout> otherObjects() {
    return otherObjects;
  }

  /**
   * Bytes of the members that were passed and are longer than a record may be: what stands in them
   * could be records.
   */
  long passed() {
    return passed;
  }

  /** Offset behind the bytes that tell that the array found is one of records. */
  long lookedTo() {
    return lookedTo;
  }

  /** Whether a member has begun, so that the object's closing bracket must follow. */
  boolean began() {
    return began;
  }

  /** Whether the array was found by its name, whatever its elements are. */
  boolean namedRecords() {
    return namedRecords;
  }

  /** Goes no further than this offset, about. */
  void giveUpAt(long offset) {
    giveUp = offset;
  }

  /**
   * Goes on to the next array of records: one that is named {@value #RECORDS}, or of whose elements
   * one is an object with a text, or whose objects are too many to look at them all. The window is
   * between members, or behind the opening bracket.
   */
  Step next() throws IOException {
    while (true) {
      int b = skipBlanks();
      while (b == ',') {
        window.position++;
        b = skipBlanks();
      }
      if (b == '}') {
        window.position++;
        window.beginRecord();
        return Step.END;
      }
      began |= b == '"';
      if (b != '"' || !readKey() || !value()) {
        return Step.BROKEN;
      }
      if (window.peek(0) == '[' && isArrayOfRecords()) {
        window.position++;
        window.beginRecord();
        return Step.ARRAY;
      }
      long from = window.offset();
      if (!skip(0)) {
        return Step.BROKEN;
      }
      long bytes = window.offset() - from;
      passed += bytes > longestRecord ? bytes : 0;
    }
  }

  /** Leaves the array that {@link #next} has found, without reading its elements. */
  boolean skipArray() throws IOException {
    return skip(1);
  }

  private boolean isArrayOfRecords() throws IOException {
    namedRecords = keyIs(RECORDS.getBytes(StandardCharsets.US_ASCII));
    if (namedRecords) {
      return true;
    }
    int first = 1;
    while (ArrayCutter.isBlank(window.peek(first))) {
      first++;
    }
    if (window.peek(first) == '{' && otherObjects.isEmpty()) {
      otherObjects = Optional.of(Layout.array(window.offset() + 1, passed));
    }
    return elementHasText();
  }

  private boolean keyIs(byte[] wanted) {
    return Arrays.equals(key, 0, keyLength, wanted, 0, wanted.length);
  }

  private int skipBlanks() throws IOException {
    window.beginRecord();
    while (ArrayCutter.isBlank(window.peek(0))) {
      window.position++;
      window.beginRecord();
    }
    return window.peek(0);
  }

  /** Goes behind a key; long ones are none that matters. */
  private boolean readKey() throws IOException {
    window.position++;
    keyLength = 0;
    boolean fits = true;
    for (int b = window.peek(0); b != '"'; b = window.peek(0)) {
      if (b < 0) {
        return false;
      }
      int bytes = b == '\\' ? 2 : 1; // an escaped key matches nothing, as it holds the backslash
      fits = fits && keyLength < KEY_BYTES;
      if (fits) {
        key[keyLength++] = (byte) b;
      }
      window.peek(1);
      window.position = Math.min(window.limit, window.position + bytes);
      window.beginRecord();
    }
    keyLength = fits ? keyLength : 0;
    window.position++;
    return true;
  }

  /** Goes to the value behind a key. */
  private boolean value() throws IOException {
    if (skipBlanks() != ':') {
      return false;
    }
    window.position++;
    hasText |= skipBlanks() == '"' && keyIs(textKey);
    return window.peek(0) >= 0;
  }

  /**
   * Whether, in the array ahead, an object has the text's key among its own. Where the array is
   * longer than a record, one may stand further on: then any object will do.
   */
  private boolean elementHasText() throws IOException {
    int depth = 0;
    int before = '[';
    boolean inObject = false;
    boolean objects = false;
    for (int at = 0; at < longestRecord; at++) {
      int b = window.peek(at);
      if (b == '"') {
        int end = endOfString(at, longestRecord);
        boolean key = depth == 2 && inObject && (before == '{' || before == ',');
        if (key && textKeyIsAt(at + 1, end)) {
          lookedTo = window.offset() + end + 1;
          return true;
        }
        at = end;
      } else if (b == '{' || b == '[') {
        depth++;
        inObject = depth == 2 ? b == '{' : inObject;
        objects |= depth == 2 && inObject;
      } else if (b < 0 || (b == '}' || b == ']') && --depth == 0) {
        return false;
      }
      before = ArrayCutter.isBlank(b) ? before : b;
    }
    lookedTo = window.offset() + longestRecord + 2; // an escape may lie across that end
    return objects;
  }

  /** How far ahead a string's closing quote is. */
  private int endOfString(int from, int most) throws IOException {
    int at = from + 1;
    int b = window.peek(at);
    while (b != '"' && b >= 0 && at < most) {
      at += b == '\\' ? 2 : 1;
      b = window.peek(at);
    }
    return at;
  }

  private boolean textKeyIsAt(int from, int to) throws IOException {
    boolean same = to - from == textKey.length;
    for (int i = 0; same && i < textKey.length; i++) {
      same = window.peek(from + i) == (textKey[i] & 0xff);
    }
    return same;
  }

  /**
   * Goes behind a value, or to the end of the brackets that are open already, and holds nothing of
   * it.
   */
  private boolean skip(int open) throws IOException {
    int depth = open;
    boolean inString = false;
    while (window.offset() < giveUp) {
      int b = window.peek(0);
      if (b < 0) {
        return false;
      }
      if (inString) {
        inString = !leaveString();
        if (!inString && depth == 0) {
          return true;
        }
      } else if (depth == 0 && (b == ',' || b == '}' || b == ']')) {
        return true; // behind a number or a word
      } else {
        window.position++;
        inString = b == '"';
        depth += b == '{' || b == '[' ? 1 : 0;
        depth -= b == '}' || b == ']' ? 1 : 0;
        if (depth == 0 && (b == '}' || b == ']')) {
          return true;
        }
      }
      window.beginRecord();
    }
    return false;
  }

  /** Goes behind a string's closing quote, or to the end of what is held. */
  private boolean leaveString() throws IOException {
    byte[] bytes = window.bytes;
    int i = window.position;
    while (i + ByteLanes.WIDTH <= window.limit && ByteLanes.noQuote(bytes, i)) {
      i += ByteLanes.WIDTH;
    }
    window.position = i;
    window.beginRecord();
    int b = window.peek(0);
    if (b == '\\') {
      window.peek(1);
      window.position = Math.min(window.limit, window.position + 2);
    } else if (b >= 0) {
      window.position++;
    }
    return b == '"';
  }
}
