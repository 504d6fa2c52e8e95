package io.retromae.training.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.retromae.core.config.ConfigLoader;
import io.retromae.training.settings.OptimizerSettings;
import io.retromae.training.settings.ScheduleSettings.Extend;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rate of a run that gets more steps, as docs/training.md promises it. */
class ExtendedLearningRateTest {
  private static OptimizerSettings settings(String... assignments) {
    return ConfigLoader.load(OptimizerSettings.class, List.of(), List.of(assignments)).value();
  }

  private static LearningRate extended(OptimizerSettings settings, Extension... extensions) {
    return ExtendedLearningRate.of(
        settings, extensions[extensions.length - 1].toSteps(), List.of(extensions));
  }

  @Test
  void withoutAnExtensionItIsTheSchedule() {
    assertInstanceOf(
        LearningRateSchedule.class, ExtendedLearningRate.of(settings(), 100, List.of()));
  }

  @Test
  void restatedItIsFromThereOnWhatItWouldHaveBeen() {
    OptimizerSettings settings = settings();
    LearningRate rate = extended(settings, new Extension(100, 100, 100, 150, Extend.RESTATE));
    LearningRate first = LearningRateSchedule.of(settings, 100);
    LearningRate whole = LearningRateSchedule.of(settings, 150);

    for (int step = 0; step < 100; step++) {
      assertEquals(first.rate(step), rate.rate(step));
    }
    for (int step = 100; step < 150; step++) {
      assertEquals(whole.rate(step), rate.rate(step));
    }
    assertEquals(1e-4 * 50 / 135, rate.rate(100), 1e-18); // warm-up of 15, then a line to 0
    assertEquals(1e-4 * 1 / 90, rate.rate(99), 1e-18);
  }

  @Test
  void rewarmedTheNewStepsHaveAWarmUpAndADecayOfTheirOwn() {
    OptimizerSettings settings = settings();
    LearningRate rate = extended(settings, new Extension(100, 100, 100, 150, Extend.REWARM));
    LearningRate own = LearningRateSchedule.of(settings, 50);

    assertEquals(LearningRateSchedule.of(settings, 100).rate(99), rate.rate(99));
    for (int step = 100; step < 150; step++) {
      assertEquals(own.rate(step - 100), rate.rate(step));
    }
    assertEquals(0, rate.rate(100));
    assertEquals(1e-4, rate.rate(105));
  }

  @Test
  void skippedStepsDoNotCount() {
    OptimizerSettings settings = settings();

    LearningRate rate = extended(settings, new Extension(100, 97, 100, 150, Extend.REWARM));

    assertEquals(LearningRateSchedule.of(settings, 100).rate(96), rate.rate(96));
    assertEquals(LearningRateSchedule.of(settings, 50).rate(7), rate.rate(104));
  }

  @Test
  void aRunMayBeExtendedMoreThanOnce() {
    OptimizerSettings settings = settings();
    Extension first = new Extension(100, 100, 100, 150, Extend.REWARM);
    Extension second = new Extension(150, 150, 150, 200, Extend.RESTATE);

    LearningRate rate = extended(settings, first, second);

    assertEquals(LearningRateSchedule.of(settings, 50).rate(49), rate.rate(149));
    assertEquals(LearningRateSchedule.of(settings, 100).rate(50), rate.rate(150), "of its own 100");
  }

  @Test
  void aConstantRateDoesNotChange() {
    OptimizerSettings settings = settings("lr_scheduler_type=constant");
    for (Extend how : Extend.values()) {
      LearningRate rate = extended(settings, new Extension(100, 100, 100, 150, how));

      for (int step = 0; step < 150; step++) {
        assertEquals(1e-4, rate.rate(step));
      }
    }
  }
}
