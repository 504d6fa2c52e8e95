package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.training.metrics.MetricsLog;
import io.retromae.training.worker.Pulse;
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
    MetricsLog metrics = MetricsLog.open(new Storage(new Configuration()), run.toString());
    AttemptLog log = new AttemptLog(lines::add, metrics, 100);
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

  /** An attempt with one worker in a cluster that has room for two. */
  private static final class Small implements AttemptWatch.Actions {
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void cancel() {
      throw new AssertionError("all is well");
    }

    @Override
    public boolean couldGrow() {
      return true;
    }

    @Override
    public void endAfterStep() {
      ended.countDown();
    }

    @Override
    public Optional<String> notBegun() {
      return Optional.empty();
    }
  }

  @Test
  void anAttemptThatCouldGrowIsSavedAndEnded() throws InterruptedException {
    List<String> lines = new CopyOnWriteArrayList<>();
    MetricsLog metrics = MetricsLog.open(new Storage(new Configuration()), run.toString());
    AttemptLog log = new AttemptLog(lines::add, metrics, 100);
    Duration timeout = Duration.ofSeconds(10);
    Small attempt = new Small();
    Watchdog watchdog = new Watchdog(1, timeout, Duration.ofSeconds(60), System.nanoTime());

    try (AttemptWatch watch = new AttemptWatch(log, watchdog, Duration.ofMillis(40), attempt)) {
      watch.said(0, new Pulse(0, 1, "training", 1, "").toMessage());

      attempt.ended.await();
    }
    assertTrue(lines.get(0).startsWith("event=growing"), lines.toString());
  }
}
