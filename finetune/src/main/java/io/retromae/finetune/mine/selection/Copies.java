package io.retromae.finetune.mine.selection;

/** Which documents are near copies of which. */
@FunctionalInterface
public interface Copies {
  /** No document is. */
  Copies NONE = (document, others) -> false;

  /**
   * Whether a document is nearly the text of one of some others.
   *
   * @param others their numbers; the document itself is none of them
   */
  boolean isNearAny(int document, int[] others);
}
