package io.retromae.embed.evaluate;

import io.retromae.embed.task.TextSet;

/** Vectors of a task that is no retrieval, all in memory. */
public interface TaskVectors {
  /**
   * The vectors of a set, by the numbers of its texts.
   *
   * @return [n][D]
   */
  float[][] of(TextSet set);

  /** How queries and documents are compared. */
  CompetitorSettings.Comparison comparison();
}
