package io.retromae.pretrain.train;

import io.retromae.pretrain.config.OptimizerSettings;
import io.retromae.pretrain.model.AdamWStep;
import io.retromae.pretrain.model.FlatVector;
import io.retromae.pretrain.model.RetroMaeModel;

/**
 * AdamW's state for one model: both moments, in the parameters' layout, and the number of updates
 * done. The schedule advances with the updates: a skipped step does not.
 */
public final class Optimizer {
  private final RetroMaeModel model;
  private final OptimizerSettings settings;
  private final LearningRateSchedule schedule;
  private final FlatVector firstMoment;
  private final FlatVector secondMoment;
  private long updates;

  /** Fresh state: moments zero, no update done. */
  public Optimizer(RetroMaeModel model, OptimizerSettings settings, LearningRateSchedule schedule) {
    this.model = model;
    this.settings = settings;
    this.schedule = schedule;
    this.firstMoment = model.newVector();
    this.secondMoment = model.newVector();
  }

  /**
   * What an update did.
   *
   * @param gradNorm global L2 norm before clipping
   * @param learningRate the rate used
   * @param skipped the norm was not finite and nothing was changed
   */
  public record Update(double gradNorm, double learningRate, boolean skipped) {}

  /**
   * One update, in place.
   *
   * @param gradients summed gradients; used as working space
   * @param scale makes the mean of the sum
   */
  public Update update(FlatVector gradients, double scale) {
    double rate = schedule.rate(updates);
    AdamWStep step =
        new AdamWStep(
            updates + 1,
            scale,
            settings.maxGradNorm(),
            rate,
            settings.adamBeta1(),
            settings.adamBeta2(),
            settings.adamEpsilon(),
            settings.weightDecay());
    double gradNorm = model.update(step, gradients, firstMoment, secondMoment);
    boolean skipped = !Double.isFinite(gradNorm);
    if (!skipped) {
      updates++;
    }
    return new Update(gradNorm, rate, skipped);
  }

  /** Updates done so far. */
  public long updates() {
    return updates;
  }

  /** Takes up a saved count; the moments are filled through {@link #firstMoment}. */
  public void resumeAt(long updatesDone) {
    this.updates = updatesDone;
  }

  /** First moment. */
  public FlatVector firstMoment() {
    return firstMoment;
  }

  /** Second moment. */
  public FlatVector secondMoment() {
    return secondMoment;
  }
}
