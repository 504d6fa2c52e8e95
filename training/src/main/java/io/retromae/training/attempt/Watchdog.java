package io.retromae.training.attempt;

import io.retromae.training.worker.Pulse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Judges the workers of one attempt by their signs of life. Spark does not know about hangs: an
 * executor that is stopped counts as lost after minutes, a stuck thread never does.
 *
 * <p>Times are readings of one monotonic clock, in nanoseconds.
 */
final class Watchdog {
  private final int ranks;
  private final Duration timeout;
  private final Duration stall;
  private final Map<Integer, Life> lives = new TreeMap<>();
  private long lastCheck;

  /** One rank, from its first word on. */
  private static final class Life {
    private long heard;
    private long progressed;
    private Pulse pulse;
    private boolean ended;
  }

  /**
   * A reason to end the attempt.
   *
   * @param rank who is to blame
   * @param cause for the user
   */
  record Verdict(int rank, String cause) {}

  /**
   * Starts to watch.
   *
   * @param ranks that the attempt has
   * @param timeout silence after which a rank counts as lost
   * @param stall time without any rank's progress after which the attempt counts as stuck
   */
  Watchdog(int ranks, Duration timeout, Duration stall, long now) {
    this.ranks = ranks;
    this.timeout = timeout;
    this.stall = stall;
    this.lastCheck = now;
  }

  /** A rank said something. */
  synchronized void heard(int rank, long now) {
    lives.computeIfAbsent(rank, r -> born(r, now)).heard = now;
  }

  private static Life born(int rank, long now) {
    Life life = new Life();
    life.progressed = now;
    life.pulse = new Pulse(rank, 0, "starting", 0, "");
    return life;
  }

  /** A rank told how far it is. */
  synchronized void heard(Pulse pulse, long now) {
    heard(pulse.rank(), now);
    Life life = lives.get(pulse.rank());
    if (pulse.progress() != life.pulse.progress()) {
      life.progressed = now;
    }
    life.pulse = pulse;
  }

  /** A rank said that it has ended, well or not. */
  synchronized void ended(int rank, long now) {
    heard(rank, now);
    lives.get(rank).ended = true;
  }

  /** Whether any rank has been heard of. */
  synchronized boolean anybodyCame() {
    return !lives.isEmpty();
  }

  /** Looks at all ranks; to be called several times within the shorter limit. */
  synchronized Optional<Verdict> check(long now) {
    boolean wasAway = now - lastCheck > timeout.toNanos() / 2;
    lastCheck = now;
    if (wasAway) {
      // This process was held up, and with it what it should have heard.
      lives.values().forEach(life -> forgive(life, now));
      return Optional.empty();
    }
    List<Life> alive = lives.values().stream().filter(life -> !life.ended).toList();
    Optional<Verdict> silent =
        alive.stream()
            .filter(life -> now - life.heard > timeout.toNanos())
            .min(Comparator.comparingLong(life -> life.heard))
            .map(life -> silent(life, now));
    return silent.isPresent() ? silent : stuck(alive, now);
  }

  private static void forgive(Life life, long now) {
    life.heard = now;
    life.progressed = now;
  }

  private static Verdict silent(Life life, long now) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(now - life.heard);
    return new Verdict(
        life.pulse.rank(),
        "rank %d has given no sign of life for %d s (cluster.timeout_seconds); last seen: %s"
            .formatted(life.pulse.rank(), seconds, life.pulse.describe()));
  }

  /**
   * Blames a rank that has never come, for which all wait; else one that does not wait for others,
   * of those the one that is least far.
   */
  private Optional<Verdict> stuck(List<Life> alive, long now) {
    if (alive.isEmpty()
        || alive.stream().anyMatch(life -> now - life.progressed <= stall.toNanos())) {
      return Optional.empty();
    }
    List<Pulse> pulses = new ArrayList<>(alive.stream().map(life -> life.pulse).toList());
    pulses.sort(
        Comparator.comparing(Pulse::waitsForOthers)
            .thenComparingLong(Pulse::step)
            .thenComparingLong(Pulse::progress));
    String all = pulses.stream().map(Pulse::describe).collect(Collectors.joining("; "));
    OptionalInt absent = IntStream.range(0, ranks).filter(r -> !lives.containsKey(r)).findFirst();
    if (absent.isPresent()) {
      return Optional.of(
          new Verdict(
              absent.getAsInt(),
              "rank %d has not come within %d s (cluster.stall_seconds); the others wait: %s"
                  .formatted(absent.getAsInt(), stall.toSeconds(), all)));
    }
    return Optional.of(
        new Verdict(
            pulses.get(0).rank(),
            "rank %d is stuck, nobody has gone on for %d s (cluster.stall_seconds): %s"
                .formatted(pulses.get(0).rank(), stall.toSeconds(), all)));
  }
}
