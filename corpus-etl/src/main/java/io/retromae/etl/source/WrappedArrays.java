package io.retromae.etl.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Walks over the members of an object that wraps arrays of records, such as {@code {"count": 2,
 * "RECORDS": [...]}}, from array to array. It streams: of what is passed nothing is held, except
 * the first element of an array while it is looked at.
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
  private OptionalLong otherObjects = OptionalLong.empty();
  private long giveUp = Long.MAX_VALUE;

  WrappedArrays(ByteWindow window, FilePart part) {
    this.window = window;
    this.textKey = Columns.of(part.input()).text().getBytes(StandardCharsets.UTF_8);
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

  /** Where the first element of the first array of objects lies, whatever they hold. */
  OptionalLong otherObjects() {
    return otherObjects;
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
   * Goes on to the next array of records: one that is named {@value #RECORDS}, or whose first
   * element is an object with a text. The window is between members, or behind the opening bracket.
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
      if (b != '"' || !readKey() || !value()) {
        return Step.BROKEN;
      }
      if (window.peek(0) == '[' && isArrayOfRecords()) {
        window.position++;
        window.beginRecord();
        return Step.ARRAY;
      }
      if (!skip(0)) {
        return Step.BROKEN;
      }
    }
  }

  /** Leaves the array that {@link #next} has found, without reading its elements. */
  boolean skipArray() throws IOException {
    return skip(1);
  }

  private boolean isArrayOfRecords() throws IOException {
    namedRecords = keyIs(RECORDS.getBytes(StandardCharsets.US_ASCII));
    int first = 1;
    while (ArrayCutter.isBlank(window.peek(first))) {
      first++;
    }
    boolean objects = window.peek(first) == '{';
    if (objects && otherObjects.isEmpty()) {
      otherObjects = OptionalLong.of(window.offset() + 1);
    }
    return namedRecords || objects && elementHasText(first);
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

  /** Whether an object ahead has the text's key among its own. */
  private boolean elementHasText(int from) throws IOException {
    int depth = 0;
    int before = '{';
    for (int at = from; at - from < longestRecord; at++) {
      int b = window.peek(at);
      if (b == '"') {
        int end = endOfString(at, from + longestRecord);
        if (depth == 1 && (before == '{' || before == ',') && textKeyIsAt(at + 1, end)) {
          return true;
        }
        at = end;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b < 0 || (b == '}' || b == ']') && --depth == 0) {
        return false;
      }
      before = ArrayCutter.isBlank(b) ? before : b;
    }
    return false;
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
