package io.retromae.embed.task;

/** Takes the texts of a task while it is read. */
@FunctionalInterface
public interface TextSink {
  /**
   * One text. Retrieval's have the ids of the data; those of other tasks are numbered within their
   * set from 0 in the order in which they come, equal ones once.
   *
   * @param text without any instruction
   */
  void text(TextSet set, String id, String text);

  /** A query of the files that is not asked: nothing of the split is relevant to it. */
  default void unaskedQuery(String text) {}
}
