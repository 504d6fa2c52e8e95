package io.retromae.training.optimize;

import io.retromae.training.settings.OptimizerSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * The rate of a run that was extended: up to each extension as it was planned before, so that a run
 * which falls back behind one does again what it did. A restated part has the rate that its
 * schedule would have had with the new number of steps; a rewarmed one begins a schedule of its own
 * ("re-warming and re-decaying", arXiv:2403.08763, section 3).
 *
 * @param legs the parts, in order; the first begins with the run
 */
public record ExtendedLearningRate(List<Leg> legs) implements LearningRate {
  /**
   * A part.
   *
   * @param from the first update that it is for
   * @param origin the update at which its schedule counts 0
   * @param schedule of the updates since the origin
   */
  public record Leg(long from, long origin, LearningRateSchedule schedule) {}

  /** Copies. */
  public ExtendedLearningRate {
    legs = List.copyOf(legs);
  }

  /**
   * The rate that the settings describe.
   *
   * @param totalSteps of the whole run
   * @param extensions of the run, in order; often none
   */
  public static LearningRate of(
      OptimizerSettings settings, long totalSteps, List<Extension> extensions) {
    if (extensions.isEmpty()) {
      return LearningRateSchedule.of(settings, totalSteps);
    }
    List<Leg> legs = new ArrayList<>();
    long planned = extensions.get(0).plannedSteps();
    legs.add(new Leg(0, 0, LearningRateSchedule.of(settings, planned)));
    long originStep = 0;
    long origin = 0;
    for (Extension extension : extensions) {
      switch (extension.how()) {
        case RESTATE -> {}
        case REWARM -> {
          originStep = extension.fromStep();
          origin = extension.fromUpdate();
        }
      }
      LearningRateSchedule schedule =
          LearningRateSchedule.of(settings, extension.toSteps() - originStep);
      legs.add(new Leg(extension.fromUpdate(), origin, schedule));
    }
    return new ExtendedLearningRate(legs);
  }

  @Override
  public double rate(long step) {
    Leg leg = legs.get(0);
    for (Leg later : legs) {
      leg = step >= later.from() ? later : leg;
    }
    return leg.schedule().rate(step - leg.origin());
  }
}
