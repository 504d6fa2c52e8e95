package io.retromae.training.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.training.settings.OptimizerSettings;
import io.retromae.training.settings.OptimizerSettings.SchedulerType;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateScheduleTest {
  private static final double PEAK = 1e-3;

  private static LearningRateSchedule schedule(
      SchedulerType type, double ratio, Optional<Long> steps, long total) {
    var settings =
        new OptimizerSettings(
            PEAK,
            0.01,
            0.9,
            0.999,
            1e-8,
            1,
            type,
            ratio,
            steps,
            20,
            OptimizerSettings.AllreduceDtype.FLOAT32);
    return LearningRateSchedule.of(settings, total);
  }

  private static LearningRateSchedule schedule(SchedulerType type, double ratio, long total) {
    return schedule(type, ratio, Optional.empty(), total);
  }

  /** The factor as transformers.optimization computes it, in its own words. */
  private static double huggingFace(SchedulerType type, double step, double warmup, double total) {
    if (type == SchedulerType.CONSTANT) {
      return 1;
    }
    if (step < warmup) {
      return step / Math.max(1.0, warmup);
    }
    double progress = (step - warmup) / Math.max(1, total - warmup);
    return switch (type) {
      case LINEAR -> Math.max(0.0, (total - step) / Math.max(1, total - warmup));
      case COSINE -> Math.max(0.0, 0.5 * (1.0 + Math.cos(Math.PI * 0.5 * 2.0 * progress)));
      case CONSTANT, CONSTANT_WITH_WARMUP -> 1;
    };
  }

  @ParameterizedTest
  @EnumSource(SchedulerType.class)
  void everyStepHasHuggingFacesRate(SchedulerType type) {
    for (long warmup : new long[] {0, 1, 7, 50}) {
      LearningRateSchedule schedule = schedule(type, 0.5, Optional.of(warmup), 50);
      for (long step = 0; step <= 52; step++) {
        double want = PEAK * huggingFace(type, step, warmup, 50);
        assertEquals(want, schedule.rate(step), 1e-18, type + " W=" + warmup + " t=" + step);
      }
    }
  }

  @Test
  void warmUpRisesFromZeroToThePeak() {
    LearningRateSchedule linear = schedule(SchedulerType.LINEAR, 0.1, 100);

    assertEquals(0, linear.rate(0));
    assertEquals(5e-4, linear.rate(5), 1e-18);
    assertEquals(1e-3, linear.rate(10), 1e-18);
  }

  @Test
  void theShareOfWarmUpStepsIsRoundedUp() {
    assertEquals(2, schedule(SchedulerType.LINEAR, 0.1, 11).warmupSteps());
  }

  @Test
  void warmupStepsReplaceTheRatio() {
    assertEquals(3, schedule(SchedulerType.COSINE, 0.1, Optional.of(3L), 100).warmupSteps());
    assertEquals(0, schedule(SchedulerType.COSINE, 0.1, Optional.of(0L), 100).warmupSteps());
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
  void constantHasNoWarmUp() {
    assertEquals(PEAK, schedule(SchedulerType.CONSTANT, 0.1, 100).rate(0));
    assertEquals(0, schedule(SchedulerType.CONSTANT_WITH_WARMUP, 0.1, 100).rate(0));
    assertEquals(PEAK, schedule(SchedulerType.CONSTANT_WITH_WARMUP, 0.1, 100).rate(99));
  }
}
