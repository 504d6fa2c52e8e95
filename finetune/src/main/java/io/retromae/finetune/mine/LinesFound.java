package io.retromae.finetune.mine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.CorruptDataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import scala.Tuple2;

/** What was found for the lines of a file, put together line by line from sorted texts. */
final class LinesFound {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Iterator<Tuple2<Long, String>> sorted;
  private final int file;
  private Tuple2<Long, String> ahead;
  private int lines;

  LinesFound(Iterator<Tuple2<Long, String>> sorted, int file) {
    this.sorted = sorted;
    this.file = file;
    advance();
  }

  /**
   * What was found for a line.
   *
   * @param query for its query
   * @param negatives their texts
   */
  record Line(FoundBlock.Found query, List<String> negatives) {}

  private void advance() {
    ahead = sorted.hasNext() ? sorted.next() : null;
  }

  /** Whether there is another line. */
  boolean hasNext() {
    return ahead != null;
  }

  /** Lines so far. */
  int lines() {
    return lines;
  }

  /** The next line. */
  Line next() throws IOException {
    long line = LineKey.of(file, lines);
    if (ahead == null || ahead._1() != line) {
      throw new CorruptDataException(
          "line %,d of input %,d: nothing was found for it; inputs change while they are read"
              .formatted(lines + 1, file));
    }
    FoundBlock.Found query = JSON.readValue(ahead._2(), FoundBlock.Found.class);
    advance();
    List<String> negatives = new ArrayList<>();
    while (ahead != null && LineKey.line(ahead._1()) == line) {
      negatives.add(ahead._2());
      advance();
    }
    if (negatives.size() != query.mined().negatives().length) {
      throw new NoSuchElementException(
          "line %,d of input %,d has %d texts of %d negatives"
              .formatted(lines + 1, file, negatives.size(), query.mined().negatives().length));
    }
    lines++;
    return new Line(query, negatives);
  }
}
