package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Failures in a row without progress. */
class FailureCountTest {
  @Test
  void failuresCountUntilTheNextCheckpoint() {
    FailureCount failures = new FailureCount(2);
    failures.add("disk", 20);
    failures.add("network", 30);

    assertEquals("failure 1 of 2 without progress", failures.count());
    failures.add("fire", 30);
    assertTrue(failures.tooMany());
    assertEquals("(1) network; (2) fire", failures.describe());
  }

  @Test
  void aCheckpointOfAnAttemptThatEndedWellIsProgress() {
    FailureCount failures = new FailureCount(2);
    failures.add("disk", 20);
    failures.add("fire", 21); // saved by an attempt that ended to grow; the next got nowhere

    assertEquals("failure 1 of 2 without progress", failures.count());
  }
}
