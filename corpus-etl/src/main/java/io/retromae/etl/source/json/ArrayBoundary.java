package io.retromae.etl.source.json;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Fields;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Quarantined;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.Tally;
import io.retromae.etl.source.compression.StoredStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Finds, from anywhere in an array, where an element begins: behind {@code },{"}, blanks between
 * allowed, that no string can hold, because an unescaped quote would end it and then neither a
 * letter nor a digit may follow; and the element must be well formed. A list of objects inside a
 * record can still look the same, so readers check that they meet at the boundary.
 */
final class ArrayBoundary {
  private static final int RECORDS_TO_SEARCH = 2;

  private final ByteWindow window;
  private final ArrayCutter cutter;
  private final JsonRecords referee;

  private ArrayBoundary(FilePart part, ByteWindow window) {
    this.window = window;
    this.cutter = new ArrayCutter(window, part, new Tally(part));
    this.referee = new JsonRecords(part.input().columns(), part.limits());
  }

  /** Offset of the first element that begins behind an offset; empty if none is found nearby. */
  static OptionalLong after(Storage storage, FilePart part, long offset) throws IOException {
    FilePart rest = part.with(Split.range(Split.Shape.ARRAY, offset, offset, Long.MAX_VALUE));
    int longest = part.limits().recordBytes();
    try (ByteWindow window = new ByteWindow(StoredStream.open(storage, rest), offset, longest)) {
      return new ArrayBoundary(rest, window).search(offset + RECORDS_TO_SEARCH * (long) longest);
    } catch (EOFException e) {
      return OptionalLong.empty();
    }
  }

  private OptionalLong search(long giveUp) throws IOException {
    while (window.offset() < giveUp) {
      int b = window.peek(0);
      if (b < 0) {
        return OptionalLong.empty();
      }
      int ahead = b == '}' ? elementAhead() : 0;
      window.position += Math.max(1, ahead);
      window.beginRecord();
      long offset = window.offset();
      if (ahead > 0 && isElement()) {
        return OptionalLong.of(offset);
      }
    }
    return OptionalLong.empty();
  }

  /** How far ahead of a closing bracket the next element begins; 0 if none does. */
  private int elementAhead() throws IOException {
    int comma = skipBlanks(1);
    int open = skipBlanks(comma + 1);
    if (window.peek(comma) != ',' || window.peek(open) != '{') {
      return 0;
    }
    int quote = skipBlanks(open + 1);
    int letter = window.peek(quote + 1);
    boolean key = letter > ' ' && ",:}]\"\\".indexOf(letter) < 0;
    return window.peek(quote) == '"' && key ? open : 0;
  }

  private int skipBlanks(int from) throws IOException {
    int at = from;
    while (ArrayCutter.isBlank(window.peek(at))) {
      at++;
    }
    return at;
  }

  private boolean isElement() throws IOException {
    cutter.cut();
    if (window.overflown()) {
      return false;
    }
    boolean wellFormed = true;
    try {
      referee.parse(window.bytes, window.mark, window.end);
    } catch (Fields.Refused e) {
      wellFormed =
          e.reason() == Quarantined.Reason.MISSING_TEXT
              || e.reason() == Quarantined.Reason.EMPTY_TEXT
              || e.reason() == Quarantined.Reason.WRONG_TYPE;
    }
    window.position = window.mark + 1; // the next candidate may lie inside
    return wellFormed;
  }
}
