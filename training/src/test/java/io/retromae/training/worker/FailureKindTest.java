package io.retromae.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.InterruptedIOException;
import org.junit.jupiter.api.Test;

/** What a failure of a worker means for the job. */
class FailureKindTest {
  @Test
  void anInterruptOfACancelledTaskIsNoErrorOfTheUser() {
    var interrupted = new ConfigException("s3a://b: no file system", new InterruptedIOException());

    assertEquals(FailureKind.CANCELLED, FailureKind.of(interrupted, true));
    assertEquals(FailureKind.CONFIG, FailureKind.of(interrupted, false));
  }

  @Test
  void kindsFollowFromWhatWasThrown() {
    assertEquals(FailureKind.CONFIG, FailureKind.of(new ConfigException("x"), true));
    assertEquals(FailureKind.DATA, FailureKind.of(new CorruptDataException("x"), false));
    assertEquals(FailureKind.CLUSTER, FailureKind.of(new ClusterException("x"), false));
    assertEquals(FailureKind.CANCELLED, FailureKind.of(new ClusterException("x"), true));
    assertEquals(FailureKind.OWN, FailureKind.of(new OutOfMemoryError(), false));
    assertEquals(FailureKind.OWN, FailureKind.of(new IllegalStateException("engine"), false));
    assertTrue(FailureKind.CONFIG.endsTheJob());
    assertTrue(FailureKind.DATA.endsTheJob());
    assertEquals(FailureKind.OWN, FailureKind.of(FailureKind.OWN.text()));
  }
}
