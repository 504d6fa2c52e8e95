package io.retromae.training.optimize;

import io.retromae.training.bert.AdamWStep;
import io.retromae.training.bert.BertModel;
import io.retromae.training.collective.Parts;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.settings.OptimizerSettings;

/**
 * AdamW's state for one model: both moments, in the parameters' layout, and the number of updates
 * done. The schedule advances with the updates: a skipped step does not. A sharded one has the
 * moments of a part only, and updates that part (ZeRO stage 1, arXiv:1910.02054, section 5.1).
 */
public final class Optimizer {
  private final BertModel model;
  private final OptimizerSettings settings;
  private final LearningRate schedule;
  private final boolean sharded;
  private final FlatVector firstMoment;
  private final FlatVector secondMoment;
  private long updates;

  /** Fresh state of all parameters: moments zero, no update done. */
  public Optimizer(BertModel model, OptimizerSettings settings, LearningRate schedule) {
    this(model, settings, schedule, new Parts.Part(0, model.layout().size()), false);
  }

  private Optimizer(
      BertModel model,
      OptimizerSettings settings,
      LearningRate schedule,
      Parts.Part part,
      boolean sharded) {
    this.model = model;
    this.settings = settings;
    this.schedule = schedule;
    this.sharded = sharded;
    this.firstMoment = model.newVector(part.from(), part.to());
    this.secondMoment = model.newVector(part.from(), part.to());
  }

  /** Fresh state of a rank's part; the other ranks have the rest. */
  public static Optimizer sharded(
      BertModel model, OptimizerSettings settings, LearningRate schedule, Parts.Part part) {
    return new Optimizer(model, settings, schedule, part, true);
  }

  /**
   * What an update did.
   *
   * @param gradNorm global L2 norm before clipping
   * @param learningRate the rate used
   * @param skipped the norm was not finite and nothing was changed
   */
  public record Update(double gradNorm, double learningRate, boolean skipped) {}

  /** Whether the state is shared out among the ranks. */
  public boolean sharded() {
    return sharded;
  }

  /** The L2 norm of each block of the own part of a gradient. */
  public double[] norms(FlatVector gradients) {
    return model.norms(own(gradients), Parts.blockSize(model.layout().size()));
  }

  private FlatVector own(FlatVector whole) {
    return whole.part(firstMoment.from(), firstMoment.to());
  }

  /**
   * One update of all parameters, in place.
   *
   * @param gradients summed gradients; used as working space
   * @param scale makes the mean of the sum
   */
  public Update update(FlatVector gradients, double scale) {
    return update(gradients, scale, GradientNorm.of(norms(gradients)));
  }

  /**
   * One update of the own part, in place.
   *
   * @param gradients summed gradients; used as working space
   * @param scale makes the mean of the sum
   * @param sumNorm global L2 norm of the summed gradients
   */
  public Update update(FlatVector gradients, double scale, double sumNorm) {
    double gradNorm = scale * sumNorm;
    double rate = schedule.rate(updates);
    boolean skipped = !Double.isFinite(gradNorm);
    if (!skipped) {
      model.update(step(scale, rate), gradNorm, own(gradients), firstMoment, secondMoment);
      updates++;
    }
    return new Update(gradNorm, rate, skipped);
  }

  private AdamWStep step(double scale, double rate) {
    return new AdamWStep(
        updates + 1,
        scale,
        settings.maxGradNorm(),
        rate,
        settings.adamBeta1(),
        settings.adamBeta2(),
        settings.adamEpsilon(),
        settings.weightDecay());
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
