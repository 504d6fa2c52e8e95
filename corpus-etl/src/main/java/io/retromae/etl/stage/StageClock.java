package io.retromae.etl.stage;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Shares a task's CPU time out among its stages: time between laps on the wall clock, which costs
 * little to read, scaled so that the sum is the thread's CPU time.
 */
public final class StageClock {
  private static final double NANOS = 1e9;

  private final Map<String, long[]> laps = new LinkedHashMap<>();
  private final long startWall = System.nanoTime();
  private final long startCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  private long last = startWall;

  /** Charges the time since the last lap to a stage, through which so many bytes of text went. */
  public void lap(String stage, long bytes) {
    long now = System.nanoTime();
    long[] sum = laps.computeIfAbsent(stage, ignored -> new long[2]);
    sum[0] += now - last;
    sum[1] += bytes;
    last = now;
  }

  /** Ends the task: adds its costs to the counts. */
  public void stop(StageCounts counts) {
    long wall = Math.max(1, System.nanoTime() - startWall);
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startCpu;
    double busy = Math.min(1, (double) cpu / wall);
    laps.forEach((stage, sum) -> counts.cost(stage, sum[0] * busy / NANOS, sum[1]));
  }
}
