package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.worker.Pulse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Silence and standstill, on a clock that is turned by hand; limits are 10 s and 60 s. */
class WatchdogTest {
  private final Watchdog dog = new Watchdog(2, Duration.ofSeconds(10), Duration.ofSeconds(60), 0);

  private static long at(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static Pulse pulse(int rank, long progress, String place) {
    return new Pulse(rank, 12, "training", progress, place);
  }

  /** Looks every second, as the driver does. */
  private Optional<Watchdog.Verdict> lookFrom(long first, long last) {
    Optional<Watchdog.Verdict> verdict = Optional.empty();
    for (long second = first; second <= last; second++) {
      Optional<Watchdog.Verdict> now = dog.check(at(second));
      verdict = verdict.or(() -> now);
    }
    return verdict;
  }

  @Test
  void theRankThatFallsSilentIsNamed() {
    for (long second = 0; second <= 20; second++) {
      dog.heard(pulse(0, second, "train.Trainer.step"), at(second));
      dog.heard(pulse(1, second, "train.Trainer.step"), at(Math.min(second, 5)));
      assertFalse(dog.check(at(second)).isPresent() && second <= 15, "second " + second);
    }

    Watchdog.Verdict verdict = dog.check(at(20)).orElseThrow();

    assertEquals(1, verdict.rank());
    assertTrue(
        verdict.cause().contains("rank 1 has given no sign of life for 15 s"), verdict.cause());
    assertTrue(verdict.cause().contains("after step 12 in train.Trainer.step"), verdict.cause());
  }

  @Test
  void aRankThatHasEndedMayBeSilent() {
    dog.heard(pulse(0, 1, ""), at(0));
    dog.ended(0, at(1));

    assertEquals(Optional.empty(), lookFrom(1, 200));
  }

  @Test
  void standstillIsBlamedOnTheRankThatDoesNotWaitForOthers() {
    Optional<Watchdog.Verdict> verdict = Optional.empty();
    for (long second = 0; second <= 61; second++) {
      assertEquals(Optional.empty(), verdict);
      dog.heard(pulse(0, 7, "collective.TcpCollective.await"), at(second));
      dog.heard(pulse(1, 8, "model.RetroMaeModel.gradients"), at(second));
      verdict = dog.check(at(second));
    }

    assertEquals(1, verdict.orElseThrow().rank());
    assertTrue(verdict.get().cause().contains("nobody has gone on for 60 s"), verdict.toString());
    assertTrue(verdict.get().cause().contains("model.RetroMaeModel.gradients"), verdict.toString());
  }

  @Test
  void standstillIsBlamedOnARankThatHasNeverCome() {
    Optional<Watchdog.Verdict> verdict = Optional.empty();
    for (long second = 0; second <= 61; second++) {
      dog.heard(pulse(0, 7, "job.Rendezvous.join"), at(second));
      verdict = dog.check(at(second));
    }

    assertEquals(1, verdict.orElseThrow().rank());
    assertTrue(verdict.get().cause().contains("rank 1 has not come within 60 s"));
  }

  @Test
  void oneRankThatGoesOnIsEnough() {
    for (long second = 0; second <= 200; second++) {
      dog.heard(pulse(0, 7, "collective.TcpCollective.await"), at(second));
      dog.heard(pulse(1, second, "model.RetroMaeModel.gradients"), at(second));

      assertEquals(Optional.empty(), dog.check(at(second)));
    }
  }

  @Test
  void aDriverThatWasHeldUpBlamesNobody() {
    dog.heard(pulse(0, 1, ""), at(0));
    lookFrom(1, 3);

    assertEquals(Optional.empty(), dog.check(at(100)));
    assertEquals(Optional.empty(), lookFrom(101, 110));
    assertTrue(lookFrom(111, 112).isPresent());
  }
}
