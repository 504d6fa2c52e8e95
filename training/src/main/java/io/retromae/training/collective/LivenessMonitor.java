package io.retromae.training.collective;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives signs of life to all peers and watches for theirs, from threads of its own: a rank that
 * computes or waits for storage for a long time lives, a process that was stopped does not. A rank
 * that lives but does not come to an operation is named when bytes have stood still for too long.
 */
final class LivenessMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(LivenessMonitor.class);
  private static final long MAX_BEAT_MILLIS = 1_000;
  private static final int BEATS_PER_TIMEOUT = 5;
  private static final long MAX_TICK_MILLIS = 100;
  private static final int TICKS_PER_TIMEOUT = 20;

  private final CollectiveConfig config;
  private final List<ControlConnection> controls;
  private final Activity activity;
  private final Consumer<String> onLoss;
  private final long[] silentNanos;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(2, TcpCollective::daemon);
  private long tickedAt = System.nanoTime();
  private long warnedAbout;

  /**
   * Watches these peers.
   *
   * @param onLoss told which peer is lost or stuck, and why
   */
  LivenessMonitor(
      CollectiveConfig config,
      List<ControlConnection> controls,
      Activity activity,
      Consumer<String> onLoss) {
    this.config = config;
    this.controls = controls;
    this.activity = activity;
    this.onLoss = onLoss;
    this.silentNanos = new long[controls.size()];
    // A peer may still wait for others to join, as long as that may take.
    java.util.Arrays.fill(silentNanos, -timeout());
  }

  private long timeout() {
    return config.options().timeout().toNanos();
  }

  void start() {
    long millis = config.options().timeout().toMillis();
    repeat(this::beat, Math.min(MAX_BEAT_MILLIS, millis / BEATS_PER_TIMEOUT));
    repeat(() -> tick(System.nanoTime()), tickMillis());
  }

  private long tickMillis() {
    long millis = config.options().timeout().toMillis();
    return Math.max(1, Math.min(MAX_TICK_MILLIS, millis / TICKS_PER_TIMEOUT));
  }

  private void repeat(Runnable task, long millis) {
    try {
      threads.scheduleWithFixedDelay(task, 0, Math.max(1, millis), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=not_watched rank={}: the collective has ended already", config.rank());
    }
  }

  private void beat() {
    for (ControlConnection control : controls) {
      try {
        control.send(new ControlConnection.Signal.Alive(activity.begun()));
      } catch (IOException e) {
        LOG.debug("event=no_sign_of_life_sent peer={} reason={}", control.peer(), e.toString());
      }
    }
  }

  /** Looks at all peers; {@code now} as {@link System#nanoTime}. */
  void tick(long now) {
    // A process that was stopped itself must not hold its own silence against the others.
    long most = TimeUnit.MILLISECONDS.toNanos(2 * tickMillis());
    long elapsed = Math.min(now - tickedAt, most);
    tickedAt = now;
    for (int i = 0; i < controls.size(); i++) {
      listenFor(i, elapsed);
    }
    if (activity.standingStill() > config.options().stall().toNanos()) {
      onLoss.accept(stuck());
    }
    warnOfStraggler();
  }

  private void listenFor(int index, long elapsed) {
    ControlConnection control = controls.get(index);
    if (control.heardAgain()) {
      silentNanos[index] = 0;
      return;
    }
    silentNanos[index] += elapsed;
    if (silentNanos[index] > timeout() && !control.left()) {
      onLoss.accept(
          "%s stopped answering rank %d: no sign of life for %s"
              .formatted(
                  config.name(control.peer()), config.rank(), seconds(config.options().timeout())));
    }
  }

  private String stuck() {
    return "%s is stuck: its process lives, but rank %d waits in operation %d and no byte moved for %s"
        .formatted(
            config.name(culprit()),
            config.rank(),
            activity.begun(),
            seconds(config.options().stall()));
  }

  /** The rank that is furthest behind; where all have come, the one that is waited for. */
  private int culprit() {
    return controls.stream()
        .filter(control -> control.begun() < activity.begun())
        .min(Comparator.comparingLong(ControlConnection::begun))
        .map(ControlConnection::peer)
        .orElse(activity.awaited());
  }

  private void warnOfStraggler() {
    long waiting = activity.waiting();
    if (warnedAbout != activity.begun() && activity.waits().unusual(waiting)) {
      warnedAbout = activity.begun();
      LOG.warn(
          "event=straggler rank={} slow={} operation={} waiting_ms={} usual_ms={}",
          config.rank(),
          config.name(culprit()),
          warnedAbout,
          TimeUnit.NANOSECONDS.toMillis(waiting),
          TimeUnit.NANOSECONDS.toMillis(activity.waits().median()));
    }
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1_000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  void close() {
    threads.shutdown(); // no interrupt: it would close channels that a beat is being written to
  }
}
