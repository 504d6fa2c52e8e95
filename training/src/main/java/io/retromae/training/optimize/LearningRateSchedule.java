package io.retromae.training.optimize;

import io.retromae.training.settings.OptimizerSettings;

/**
 * Learning rate by step, as Hugging Face's schedulers of the same names: linear warm-up from 0 over
 * {@code warmup_steps}, or {@code ceil(warmup_ratio * total)} steps, then linear or cosine to 0, or
 * the peak. With a warm-up the first step has rate 0. {@code constant} has no warm-up.
 *
 * @param type shape after the warm-up
 * @param peak the rate at the end of the warm-up
 * @param warmupSteps W
 * @param totalSteps T
 */
public record LearningRateSchedule(
    OptimizerSettings.SchedulerType type, double peak, long warmupSteps, long totalSteps)
    implements LearningRate {

  /** The schedule that the settings describe for a run of {@code totalSteps}. */
  public static LearningRateSchedule of(OptimizerSettings settings, long totalSteps) {
    boolean warms = settings.lrSchedulerType() != OptimizerSettings.SchedulerType.CONSTANT;
    long share = (long) Math.ceil(settings.warmupRatio() * totalSteps);
    long warmupSteps = warms ? settings.warmupSteps().orElse(share) : 0;
    return new LearningRateSchedule(
        settings.lrSchedulerType(), settings.learningRate(), warmupSteps, totalSteps);
  }

  @Override
  public double rate(long step) {
    if (step < warmupSteps) {
      return peak * ((double) step / Math.max(1, warmupSteps));
    }
    double left = Math.max(1, totalSteps - warmupSteps);
    return switch (type) {
      case LINEAR -> peak * Math.max(0, (totalSteps - step) / left);
      case COSINE ->
          peak * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * (step - warmupSteps) / left)));
      case CONSTANT, CONSTANT_WITH_WARMUP -> peak;
    };
  }
}
