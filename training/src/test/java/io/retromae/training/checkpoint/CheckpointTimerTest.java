package io.retromae.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CheckpointTimerTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // the clock may overflow

  private void pass(long seconds) {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void aCheckpointIsDueSoManyMinutesAfterTheLast() {
    CheckpointTimer timer = new CheckpointTimer(Optional.of(0.5), clock::get);

    assertFalse(timer.due());
    pass(29);
    assertFalse(timer.due());
    pass(1);
    assertTrue(timer.due());
    timer.restart();
    assertFalse(timer.due());
  }

  @Test
  void withoutMinutesNoneIsEverDue() {
    CheckpointTimer timer = new CheckpointTimer(Optional.empty(), clock::get);

    pass(1_000_000);

    assertFalse(timer.due());
  }
}
