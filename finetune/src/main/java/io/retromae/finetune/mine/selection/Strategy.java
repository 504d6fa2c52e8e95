package io.retromae.finetune.mine.selection;

/** Which of the documents that are left become negatives. */
public enum Strategy {
  /** Any of them. */
  RANDOM,
  /** Those that score most. */
  TOP
}
