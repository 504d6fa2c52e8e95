package io.retromae.pretrain.train;

import io.retromae.pretrain.config.OptimizerSettings;

/**
 * Learning rate by step, as Hugging Face's schedulers: linear warm-up from 0 over {@code
 * ceil(warmup_ratio * total)} steps, then linear or cosine to 0, or constant. With a warm-up the
 * first step has rate 0.
 *
 * @param type shape after the warm-up
 * @param peak the rate at the end of the warm-up
 * @param warmupSteps W
 * @param totalSteps T
 */
public record LearningRateSchedule(
    OptimizerSettings.SchedulerType type, double peak, long warmupSteps, long totalSteps) {

  /** The schedule that the settings describe for a run of {@code totalSteps}. */
  public static LearningRateSchedule of(OptimizerSettings settings, long totalSteps) {
    long warmupSteps = (long) Math.ceil(settings.warmupRatio() * totalSteps);
    return new LearningRateSchedule(
        settings.lrSchedulerType(), settings.learningRate(), warmupSteps, totalSteps);
  }

  /**
   * The rate of a step.
   *
   * @param step counts updates done so far, from 0
   */
  public double rate(long step) {
    if (step < warmupSteps) {
      return peak * ((double) step / Math.max(1, warmupSteps));
    }
    double left = Math.max(1, totalSteps - warmupSteps);
    return switch (type) {
      case LINEAR -> peak * Math.max(0, (totalSteps - step) / left);
      case COSINE ->
          peak * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * (step - warmupSteps) / left)));
      case CONSTANT -> peak;
    };
  }
}
