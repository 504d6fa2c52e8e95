package io.retromae.etl.source.json;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.compression.StoredStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * How the records of a file lie in it, told by its beginning.
 *
 * @param shape lines or array
 * @param begin offset of an array's first element; 0 for lines
 * @param passed bytes before it that could be records, see {@link WrappedArrays#passed}
 */
record Layout(Split.Shape shape, long begin, long passed) {
  private static final Layout LINES = new Layout(Split.Shape.LINES, 0, 0);

  static Layout array(long begin, long passed) {
    return new Layout(Split.Shape.ARRAY, begin, passed);
  }

  boolean isArray() {
    return shape == Split.Shape.ARRAY;
  }

  /** Looks at the beginning of a file, through a stream of its own. */
  static Layout of(Storage storage, FilePart part) throws IOException {
    if (!part.input().format().mayBeArray()) {
      return LINES;
    }
    try (StoredStream in = StoredStream.open(storage, part)) {
      return of(in, part);
    } catch (StoredStream.UnreadableException e) {
      return LINES; // the reader meets the same and says what is wrong with the file
    }
  }

  /**
   * Looks at the beginning of a file, and leaves the stream somewhere behind it. An object that
   * wraps arrays is told from a record by what it holds: so up to the length of the longest record
   * may be read.
   */
  static Layout of(InputStream in, FilePart part) {
    return part.input().format().mayBeArray()
        ? of(new ByteWindow(in, 0, part.limits().recordBytes()), part)
        : LINES;
  }

  private static Layout of(ByteWindow window, FilePart part) {
    Objects objects = new Objects(window, part);
    try {
      ByteOrderMark.skipWithBlanks(window);
      int first = window.peek(0);
      window.position++;
      window.beginRecord();
      if (first == '[') {
        return array(window.offset(), 0);
      }
      if (first == '{') {
        objects.look();
      }
    } catch (IOException e) {
      return objects.layout(); // the file breaks off: the reader meets the same and says so
    }
    return objects.layout();
  }

  /** What is seen of a file that begins with an object. */
  private static final class Objects {
    private final ByteWindow window;
    private final WrappedArrays first;
    private final long longestRecord;
    private boolean named;
    private Optional<Layout> texts = Optional.empty();
    private boolean another;

    Objects(ByteWindow window, FilePart part) {
      this.window = window;
      this.first = new WrappedArrays(window, part);
      this.longestRecord = part.limits().recordBytes();
    }

    /** Looks at the first object, until it is longer than a record, and for another behind it. */
    void look() throws IOException {
      WrappedArrays.Step step = first.next();
      while (step == WrappedArrays.Step.ARRAY) {
        Optional<Layout> here = Optional.of(array(window.offset(), first.passed()));
        texts = texts.isPresent() ? texts : here;
        if (first.namedRecords()) {
          named = true;
          return;
        }
        first.giveUpAt(longestRecord);
        step = first.skipArray() ? first.next() : WrappedArrays.Step.BROKEN;
      }
      if (step == WrappedArrays.Step.END) {
        ByteOrderMark.skipWithBlanks(window);
        another = window.peek(0) >= 0;
      }
    }

    /** Lines, if the object has a text of its own or is one of several, and none is named. */
    Layout layout() {
      Optional<Layout> begin = texts.isPresent() ? texts : first.otherObjects();
      boolean record = !named && (first.hasText() || another);
      return record ? LINES : begin.orElse(LINES);
    }
  }
}
