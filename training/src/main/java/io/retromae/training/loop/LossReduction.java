package io.retromae.training.loop;

/** How a step's loss is averaged. */
public enum LossReduction {
  /** The mean of the micro-batches' means. */
  MICRO_BATCH,
  /** The mean over the tokens of the whole step. */
  TOKEN
}
