package io.retromae.etl.decontaminate;

import java.util.Map;

/** What decontamination leaves of a document. */
public sealed interface Cleaned {
  /** By name of the task; empty for a document without hits. */
  Map<String, TaskCounts> byTask();

  /**
   * It goes on.
   *
   * @param text without the sentences that were removed
   * @param removedSentences how many were removed
   * @param byTask what was found
   */
  record Kept(String text, int removedSentences, Map<String, TaskCounts> byTask)
      implements Cleaned {
    /** A copy. */
    public Kept {
      byTask = Map.copyOf(byTask);
    }
  }

  /**
   * It is dropped whole.
   *
   * @param reason {@code benchmark} for action document, {@code mostly_benchmark} if too little
   *     would be left
   * @param byTask what was found
   */
  record Dropped(String reason, Map<String, TaskCounts> byTask) implements Cleaned {
    /** A copy. */
    public Dropped {
      byTask = Map.copyOf(byTask);
    }
  }
}
