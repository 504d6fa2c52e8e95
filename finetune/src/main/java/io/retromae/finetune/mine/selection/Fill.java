package io.retromae.finetune.mine.selection;

/** What happens where too few are left. */
public enum Fill {
  /** Nothing. */
  NONE,
  /** More are drawn from all documents. */
  RANDOM
}
