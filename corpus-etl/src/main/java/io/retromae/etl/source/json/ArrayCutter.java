package io.retromae.etl.source.json;

import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Tally;
import java.io.EOFException;
import java.io.IOException;

/**
 * Elements of an array, by following strings and brackets, so that a broken element does not take
 * its neighbours along. Behind the array, others may follow: in the object that wraps it, or in a
 * file that was joined to this one. What comes next depends on the place alone, so that splits
 * agree.
 */
final class ArrayCutter implements RecordCutter {
  private static final String BYTES_AFTER_ARRAY = "bytes_after_array";

  private final ByteWindow window;
  private final FilePart part;
  private final Tally tally;
  private boolean finished;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private long lookedTo;

  /** Elements of the array that the window is inside of. */
  ArrayCutter(ByteWindow window, FilePart part, Tally tally) {
    this.window = window;
    this.part = part;
    this.tally = tally;
  }

  /** Goes to where an array begins, see {@link Layout}. */
  void begin(Layout layout) throws IOException {
    tally.note(BYTES_AFTER_ARRAY, layout.passed());
    long offset = layout.begin();
    while (window.offset() < offset && window.peek(0) >= 0) {
      window.position += (int) Math.min(window.limit - window.position, offset - window.offset());
      window.beginRecord();
    }
  }

  @Override
  public boolean find() throws IOException {
    while (!finished && skipSeparators() == ']') {
      window.position++;
      finished = !findArray();
    }
    return !finished;
  }

  /** Goes behind the opening bracket of the next array, from behind one. */
  private boolean findArray() throws IOException {
    while (true) {
      ByteOrderMark.skipWithBlanks(window);
      int b = window.peek(0);
      boolean object = b == '{';
      if (b == '[' || b == '}' || object) {
        window.position++;
      }
      if (b == '[') {
        return true;
      }
      if (b == ',' || object) {
        WrappedArrays.Step step = walk(object);
        if (step != WrappedArrays.Step.END) {
          return step == WrappedArrays.Step.ARRAY;
        }
      } else if (b != '}') {
        return false;
      }
    }
  }

  /**
   * Goes to the next array of an object, or to the object's end, and counts what could be records
   * but is not read.
   *
   * @param opened whether the object begins here; an array of it was read if not
   */
  private WrappedArrays.Step walk(boolean opened) throws IOException {
    long from = window.offset() - (opened ? 1 : 0);
    WrappedArrays object = new WrappedArrays(window, part);
    WrappedArrays.Step step = WrappedArrays.Step.BROKEN;
    try {
      step = object.next();
      lookedTo = object.lookedTo();
      if (step == WrappedArrays.Step.BROKEN && window.peek(0) < 0 && (opened || object.began())) {
        throw new EOFException("stream ends inside an object");
      }
    } catch (IOException e) {
      window.position = window.limit; // wherever looking ahead met the end
      window.beginRecord();
      throw e;
    } finally {
      boolean lost = step == WrappedArrays.Step.BROKEN || opened && step == WrappedArrays.Step.END;
      tally.note(BYTES_AFTER_ARRAY, lost ? window.offset() - from : object.passed());
    }
    return step;
  }

  private int skipSeparators() throws IOException {
    window.beginRecord();
    int b = window.peek(0);
    while (isBlank(b) || b == ',') {
      window.position++;
      window.beginRecord();
      b = window.peek(0);
    }
    return b;
  }

  @Override
  public void cut() throws IOException {
    window.beginRecord();
    if (window.peek(0) < 0) {
      throw new EOFException("stream ends inside the array");
    }
    depth = 0;
    inString = false;
    escaped = false;
    while (!reachEnd()) {
      window.end = window.position;
      if (!window.fill()) {
        throw new EOFException("stream ends inside a record");
      }
    }
    window.end = window.position;
  }

  /** Goes on to the element's end, or to the end of what is held. */
  private boolean reachEnd() {
    byte[] bytes = window.bytes;
    int limit = window.limit;
    int i = window.position;
    while (i < limit) {
      byte b = bytes[i];
      if (inString) {
        i = skipString(bytes, i, limit);
        continue;
      }
      if (depth == 0 && (b == ',' || b == ']')) {
        window.position = i; // a scalar ends here
        return true;
      }
      i++;
      if (b == '"') {
        inString = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if ((b == '}' || b == ']') && --depth <= 0) {
        window.position = i;
        return true;
      }
    }
    window.position = i > limit ? limit : i;
    return false;
  }

  /**
   * Whether a piece of the file may end behind the element that was cut: it ends by itself, not by
   * what follows it, and what was looked at to find its array lies before.
   */
  boolean mayEndPiece() {
    byte last = window.bytes[window.end - 1];
    return (last == '}' || last == ']') && window.offset() >= lookedTo;
  }

  private int skipString(byte[] bytes, int from, int limit) {
    int i = from;
    if (escaped) {
      escaped = false;
      i++;
    }
    while (i < limit && bytes[i] != '"') {
      if (i + ByteLanes.WIDTH <= limit && ByteLanes.noQuote(bytes, i)) {
        i += ByteLanes.WIDTH;
        continue;
      }
      if (bytes[i] == '\\') {
        if (i + 1 == limit) {
          escaped = true; // what it escapes comes with the next chunk
        }
        i++;
      }
      i++;
    }
    if (i < limit) {
      inString = false;
      return i + 1;
    }
    return Math.min(i, limit);
  }

  /** Reads what follows the last array; text there is counted, not lost silently. */
  void skipRest() throws IOException {
    for (int b = window.peek(0); b >= 0; b = window.peek(0)) {
      window.position++;
      window.beginRecord();
      tally.note(BYTES_AFTER_ARRAY, isBlank(b) ? 0 : 1);
    }
  }

  static boolean isBlank(int b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  @Override
  public boolean finished() {
    return finished;
  }
}
