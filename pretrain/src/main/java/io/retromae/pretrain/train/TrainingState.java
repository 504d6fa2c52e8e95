package io.retromae.pretrain.train;

/**
 * Where a run stands; with the parameters and both moments it is all that resuming needs, since
 * every random choice is a function of the seed and these numbers.
 *
 * @param step steps done: global batches read
 * @param updates optimizer updates done; smaller than {@code step} by the skipped ones
 * @param firstLoss total loss of the run's first step
 * @param lastLosses of the last step done
 */
public record TrainingState(long step, long updates, double firstLoss, MeanLosses lastLosses) {
  /** A run that has not begun. */
  public static final TrainingState START = new TrainingState(0, 0, 0, new MeanLosses(0, 0, 0, 0));
}
