package io.retromae.training.optimize;

import io.retromae.training.settings.ScheduleSettings;
import java.io.Serializable;

/**
 * That a run goes on to more steps than it was planned for.
 *
 * @param fromStep steps done when it was decided
 * @param fromUpdate updates done then
 * @param plannedSteps steps that had been planned
 * @param toSteps steps that are planned now
 * @param how the rate goes on
 */
public record Extension(
    long fromStep, long fromUpdate, long plannedSteps, long toSteps, ScheduleSettings.Extend how)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
