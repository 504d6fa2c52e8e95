package io.retromae.training.attempt;

import io.retromae.core.failure.ClusterException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Decides how many workers the next attempt has: as many as the cluster has room for. */
public final class SlotWait {
  private static final long LOOK_MILLIS = 100;

  private final WorldSizes sizes;
  private final Slots slots;
  private final Duration limit;
  private final RunConsole console;

  /** Waits for at most {@code limit}. */
  public SlotWait(WorldSizes sizes, Slots slots, Duration limit, RunConsole console) {
    this.sizes = sizes;
    this.slots = slots;
    this.limit = limit;
    this.console = console;
  }

  /**
   * Waits until there are free slots for all workers that the run wants; when time is up, takes the
   * largest allowed number that has some.
   *
   * @return empty if a stop was asked for
   * @throws ClusterException if there are fewer than the least number takes
   */
  public OptionalInt forAll(StopRequest stop) {
    return await(sizes.wanted(), stop);
  }

  /** The same for as many workers as the executors that are there have room for. */
  OptionalInt forThoseThere(StopRequest stop) {
    return await(Math.max(sizes.least(), sizes.largest(slots.all())), stop);
  }

  private OptionalInt await(int target, StopRequest stop) {
    long deadline = System.nanoTime() + limit.toNanos();
    int free = slots.free();
    if (free < target && slots.canChange()) {
      console.line(
          "event=waiting_for_slots needed=%d free=%d limit_s=%d"
              .formatted(target, free, limit.toSeconds()));
      while (free < target && System.nanoTime() < deadline && !stop.made()) {
        pause(target);
        free = slots.free();
      }
    }
    return stop.made() ? OptionalInt.empty() : OptionalInt.of(largest(free));
  }

  private int largest(int free) {
    int workers = sizes.largest(free);
    if (workers == 0) {
      throw new ClusterException(
          "training needs %d free task slots at once, %s; %s"
              .formatted(sizes.least(), slots.describe(), mend(free)));
    }
    return workers;
  }

  private String mend(int free) {
    if (!slots.canChange()) {
      return "lower cluster.workers or use --master local[%d]".formatted(sizes.least());
    }
    return "waited %d s (cluster.slots_timeout_seconds); add executors, lower spark.task.cpus, or let cluster.min_workers be %d"
        .formatted(limit.toSeconds(), Math.max(1, free));
  }

  /**
   * Whether more workers could run than do. A slot that something else holds does not count: the
   * run would save and end for it again and again.
   */
  boolean couldGrow(int workers) {
    return slots.canChange()
        && sizes.largest(slots.all()) > workers
        && sizes.largest(workers + slots.free()) > workers;
  }

  Duration limit() {
    return limit;
  }

  /** Whether executors are processes of their own, that Spark can start again. */
  boolean canReplaceExecutors() {
    return slots.canChange();
  }

  boolean nothingRuns() {
    return slots.free() == slots.all();
  }

  private static void pause(int target) {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(
          "interrupted while waiting for %d free task slots".formatted(target), e);
    }
  }
}
