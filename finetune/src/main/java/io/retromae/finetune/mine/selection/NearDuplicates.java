package io.retromae.finetune.mine.selection;

/** What happens to documents that are nearly the text of a positive. */
public enum NearDuplicates {
  /** They may be negatives, if their scores allow it. */
  KEEP,
  /** They are no negatives. */
  DROP
}
