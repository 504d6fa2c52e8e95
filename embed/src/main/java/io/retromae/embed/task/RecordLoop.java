package io.retromae.embed.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.Records;
import io.retromae.core.record.RefusedRecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the records of a task's files. A task with a bad record is not the published one, so it is
 * refused; the first bad records are named together.
 */
final class RecordLoop {
  private static final int MOST_PROBLEMS = 20;

  private final String task;
  private final List<String> problems = new ArrayList<>();

  RecordLoop(String task) {
    this.task = task;
  }

  /** Opens a file. */
  interface Opener {
    /** Its records. */
    Records open() throws IOException;
  }

  /** Takes records. */
  interface Use {
    /**
     * One of them.
     *
     * @param number its place in the file, from 1
     */
    void record(ObjectNode record, long number) throws RefusedRecordException;
  }

  /**
   * Reads a file to its end.
   *
   * @param path for messages
   * @throws CorruptDataException if it cannot be read, or too many records were bad
   */
  void read(String path, Opener opener, Use use) {
    long last = 0;
    try (Records records = opener.open()) {
      boolean more = true;
      while (more) {
        try {
          Optional<ObjectNode> record = records.next();
          more = record.isPresent();
          last = records.number();
          if (more) {
            use.record(record.get(), last);
          }
        } catch (RefusedRecordException e) {
          last = records.number();
          problem("%s record %,d: %s".formatted(path, last, e.getMessage()));
        }
      }
    } catch (IOException e) {
      throw new CorruptDataException(
          "task '%s': %s cannot be read after record %,d: %s; fetch the file again"
              .formatted(task, path, last, e.getMessage()),
          e);
    }
  }

  /** Notes what is wrong with the task. */
  void problem(String what) {
    problems.add("task '%s': %s".formatted(task, what));
    if (problems.size() == MOST_PROBLEMS) {
      finish();
    }
  }

  /**
   * Ends.
   *
   * @throws CorruptDataException if anything was wrong
   */
  void finish() {
    if (!problems.isEmpty()) {
      throw new CorruptDataException(problems);
    }
  }
}
