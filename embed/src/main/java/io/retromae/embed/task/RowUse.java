package io.retromae.embed.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.Map;

/** Makes judgments of the rows of a task. */
interface RowUse {
  /**
   * Takes a row of the split.
   *
   * @param number its place in its file, from 1
   */
  void row(ObjectNode row, long number) throws RefusedRecordException;

  /**
   * Takes a row of the training split, which only classification reads.
   *
   * @param number its place in its file, from 1
   */
  default void trainingRow(ObjectNode row, long number) throws RefusedRecordException {
    throw new IllegalStateException("no training split is read");
  }

  /**
   * What came of them.
   *
   * @throws Nothing if there is nothing to judge
   */
  Judgments judgments() throws Nothing;

  /** What was left out, by reason. */
  Map<String, Long> leftOut();

  /** There is nothing to judge. */
  final class Nothing extends Exception {
    private static final long serialVersionUID = 1L;

    Nothing(String why) {
      super(why);
    }
  }
}
