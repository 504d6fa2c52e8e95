package io.retromae.training.optimize;

/** The learning rate of each step of a run. */
public sealed interface LearningRate permits LearningRateSchedule, ExtendedLearningRate {
  /**
   * The rate of a step.
   *
   * @param step counts updates done so far, from 0
   */
  double rate(long step);
}
