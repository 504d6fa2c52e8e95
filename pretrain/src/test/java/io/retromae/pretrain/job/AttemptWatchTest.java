package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver's looks at an attempt. */
class AttemptWatchTest {
  @TempDir Path run;

  /** An attempt that Spark never begins, and that ends at the third wish. */
  private static final class Deaf implements AttemptWatch.Actions {
    private final CountDownLatch wishes = new CountDownLatch(3);

    @Override
    public void cancel() {
      wishes.countDown();
    }

    @Override
    public boolean couldGrow() {
      return false;
    }

    @Override
    public void endAfterStep() {
      throw new AssertionError("nobody is there");
    }

    @Override
    public Optional<String> notBegun() {
      return Optional.of("Spark did not start 2 tasks");
    }
  }

  @Test
  void anAttemptIsCancelledUntilItEnds() throws InterruptedException {
    List<String> lines = new CopyOnWriteArrayList<>();
    MetricsLog metrics = MetricsLog.open(new Storage(new Configuration()), run.toString(), false);
    AttemptLog log = new AttemptLog(lines::add, metrics);
    Duration timeout = Duration.ofMillis(40); // four looks in it
    Deaf attempt = new Deaf();
    Watchdog watchdog = new Watchdog(2, timeout, Duration.ofSeconds(60), System.nanoTime());

    try (AttemptWatch watch = new AttemptWatch(log, watchdog, timeout, attempt)) {
      attempt.wishes.await();

      assertTrue(watch.blamed().isEmpty());
    }
    assertTrue(log.hasVerdict());
    assertTrue(lines.equals(List.of("event=cancelled cause=\"Spark did not start 2 tasks\"")));
  }
}
