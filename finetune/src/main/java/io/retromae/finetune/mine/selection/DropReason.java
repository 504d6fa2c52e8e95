package io.retromae.finetune.mine.selection;

/** Why a document in the window is no negative; the first that applies counts. */
public enum DropReason {
  /** It is a positive of the query. */
  POSITIVE,
  /** Its text is the query's. */
  QUERY,
  /** It is nearly the text of a positive. */
  NEAR_DUPLICATE,
  /** It scores more than {@code max_score}. */
  MAX_SCORE,
  /** It scores more than the lowest positive allows, relatively. */
  RELATIVE_MARGIN,
  /** The same, absolutely. */
  ABSOLUTE_MARGIN,
  /** It scores less than {@code min_score}. */
  MIN_SCORE
}
