package io.retromae.training.attempt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.worker.Pulse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over one attempt from the driver: hears what the workers say, cancels the attempt when
 * one of them hangs, and has it saved and ended when the cluster has room for more workers. Owns a
 * thread.
 */
final class AttemptWatch implements ProgressServer.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptWatch.class);
  private static final long LOOK_MILLIS = 1_000;

  private final AttemptLog log;
  private final Watchdog watchdog;
  private final Actions actions;
  private final Set<Integer> blamed = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(AttemptWatch::daemon);
  private boolean growing;

  /** What can be done about an attempt. */
  interface Actions {
    /** Ends it at once; asked again and again, for Spark forgets to cancel what waits for slots. */
    void cancel();

    /** Whether the cluster has room for more workers than it has. */
    boolean couldGrow();

    /** Lets the workers save and end after the step they are in. */
    void endAfterStep();

    /** Why Spark does not begin with it; empty while there is nothing to complain of. */
    Optional<String> notBegun();
  }

  AttemptWatch(AttemptLog log, Watchdog watchdog, Duration timeout, Actions actions) {
    this.log = log;
    this.watchdog = watchdog;
    this.actions = actions;
    long millis = Math.min(LOOK_MILLIS, timeout.toMillis() / 4);
    thread.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void said(int rank, ObjectNode message) {
    long now = System.nanoTime();
    log.came(rank);
    switch (message.path("event").asText()) {
      case Pulse.EVENT -> watchdog.heard(Pulse.of(rank, message), now);
      case "failure", "done" -> {
        log.accept(rank, message);
        watchdog.ended(rank, now);
      }
      default -> {
        log.accept(rank, message);
        watchdog.heard(rank, now);
      }
    }
  }

  private void look() {
    try {
      watchdog.check(System.nanoTime()).ifPresent(this::condemn);
      if (log.hasVerdict()) {
        actions.cancel();
        return;
      }
      if (!watchdog.anybodyCame()) {
        actions.notBegun().ifPresent(log::judged); // and cancelled at the next look
      } else if (!growing && actions.couldGrow()) {
        growing = true;
        log.growing();
        actions.endAfterStep();
      }
    } catch (RuntimeException e) { // a stopped context, say: the attempt itself will tell
      LOG.warn("event=watch_failed reason={}", e.toString());
    }
  }

  private void condemn(Watchdog.Verdict verdict) {
    blamed.add(verdict.rank());
    log.judged(verdict.cause());
  }

  /** Ranks from which no last word is to be expected. */
  Set<Integer> blamed() {
    return Set.copyOf(blamed);
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-watch");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
