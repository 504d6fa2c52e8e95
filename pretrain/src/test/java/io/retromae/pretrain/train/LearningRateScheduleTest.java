package io.retromae.pretrain.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.pretrain.config.OptimizerSettings;
import io.retromae.pretrain.config.OptimizerSettings.SchedulerType;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  private static LearningRateSchedule schedule(SchedulerType type, double warmupRatio, long total) {
    var settings = new OptimizerSettings(1e-3, 0.01, 0.9, 0.999, 1e-8, 1, type, warmupRatio);
    return LearningRateSchedule.of(settings, total);
  }

  @Test
  void warmUpRisesFromZeroToThePeak() {
    LearningRateSchedule linear = schedule(SchedulerType.LINEAR, 0.1, 100);

    assertEquals(0, linear.rate(0));
    assertEquals(5e-4, linear.rate(5), 1e-18);
    assertEquals(1e-3, linear.rate(10), 1e-18);
  }

  @Test
  void warmUpStepsAreRoundedUp() {
    assertEquals(2, schedule(SchedulerType.LINEAR, 0.1, 11).warmupSteps());
  }

  @Test
  void linearAndCosineEndAtZeroAndMeetHalfWay() {
    for (SchedulerType type : new SchedulerType[] {SchedulerType.LINEAR, SchedulerType.COSINE}) {
      LearningRateSchedule schedule = schedule(type, 0, 100);
      assertEquals(1e-3, schedule.rate(0), 1e-18, type.name());
      assertEquals(5e-4, schedule.rate(50), 1e-18, type.name());
      assertEquals(0, schedule.rate(100), 1e-18, type.name());
    }
  }

  @Test
  void constantStaysAtThePeak() {
    assertEquals(1e-3, schedule(SchedulerType.CONSTANT, 0.1, 100).rate(99));
  }
}
