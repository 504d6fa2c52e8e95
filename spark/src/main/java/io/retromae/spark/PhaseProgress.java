package io.retromae.spark;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.collection.Iterator;

/**
 * Follows a job's tasks and says every second how far they are: the phase, what its counters have
 * reached or else how many tasks, time to go. Owns a thread and a listener until it is closed. What
 * the counters mean is said by the job.
 */
public abstract class PhaseProgress extends SparkListener implements AutoCloseable {
  private final JavaSparkContext spark;
  private final LongSupplier clock;
  private final String groups;
  private final Set<String> counters;
  private final ScheduledExecutorService ticker;

  /** What tasks that still run have reported, by task. */
  private final Map<Long, Map<String, Long>> running = new HashMap<>();

  private final Map<String, Long> finished = new HashMap<>();
  private String phase = "";
  private long began;
  private long tasks;
  private long done;

  /**
   * How far a phase is.
   *
   * @param counts what the counters have reached, by name
   * @param seconds since it began
   */
  protected record Reached(Map<String, Long> counts, double seconds) {
    /** What a counter has reached. */
    public long count(String counter) {
      return counts.getOrDefault(counter, 0L);
    }

    /** The time to go as the end of a line; empty if it is not known yet, or over. */
    public String eta(long done, long all) {
      if (done <= 0 || done >= all) {
        return "";
      }
      Duration left = Duration.ofSeconds((long) (seconds / done * (all - done)));
      return ", ETA %d:%02d:%02d"
          .formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
    }
  }

  /**
   * Follows nothing yet.
   *
   * @param clock in nanoseconds
   * @param job its groups of Spark jobs are {@code retromae-<job>-<phase>}
   * @param counters names of the accumulators that tell how far tasks are
   */
  protected PhaseProgress(
      JavaSparkContext spark, LongSupplier clock, String job, Set<String> counters) {
    this.spark = spark;
    this.clock = clock;
    this.groups = "retromae-" + job + "-";
    this.counters = Set.copyOf(counters);
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, job + "-progress");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins to follow.
   *
   * @param told takes a line every second while there are tasks
   */
  protected final void follow(Consumer<String> told) {
    spark.sc().addSparkListener(this);
    ticker.scheduleWithFixedDelay(
        () -> {
          String line = line();
          if (!line.isEmpty()) {
            told.accept(line);
          }
        },
        1,
        1,
        TimeUnit.SECONDS);
  }

  /**
   * How far a phase is by its counters; empty for one that only counts tasks. Called under this
   * object's lock.
   *
   * @param group of its Spark jobs
   */
  protected abstract Optional<String> counted(String group, Reached reached);

  /** A job that follows another of its kind begins anew. */
  protected final synchronized void beginAnew() {
    phase = "";
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart job) {
    String group = job.properties().getProperty("spark.jobGroup.id", "");
    if (group.startsWith(groups) && !group.substring(groups.length()).equals(phase)) {
      phase = group.substring(groups.length());
      began = clock.getAsLong();
      tasks = 0;
      done = 0;
      running.clear();
      finished.clear();
    }
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
    tasks += stage.stageInfo().numTasks();
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    update
        .accumUpdates()
        .foreach(
            task -> {
              long id = ((Number) task._1()).longValue();
              take(running.computeIfAbsent(id, none -> new HashMap<>()), task._4().iterator());
              return null;
            });
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
    if (end.taskInfo().successful()) {
      done++;
      Map<String, Long> counts = new HashMap<>();
      take(counts, end.taskInfo().accumulables().iterator());
      add(counts, finished);
    }
  }

  /** Puts what counters have reached in the place of what they had. */
  private void take(Map<String, Long> counts, Iterator<AccumulableInfo> updates) {
    while (updates.hasNext()) {
      AccumulableInfo info = updates.next();
      String name = info.name().isEmpty() ? "" : String.valueOf(info.name().get());
      if (counters.contains(name)
          && !info.update().isEmpty()
          && info.update().get() instanceof Number value) {
        counts.put(name, value.longValue());
      }
    }
  }

  private static void add(Map<String, Long> counts, Map<String, Long> sums) {
    counts.forEach((name, count) -> sums.merge(name, count, Long::sum));
  }

  /** How far the phase is; empty if none has begun. */
  public final synchronized String line() {
    if (phase.isEmpty() || tasks == 0) {
      return "";
    }
    double seconds = Math.max(1e-3, (clock.getAsLong() - began) / 1e9);
    Map<String, Long> sums = new HashMap<>(finished);
    running.values().forEach(counts -> add(counts, sums));
    Reached reached = new Reached(sums, seconds);
    return "%-8s %s"
        .formatted(
            phase,
            counted(groups + phase, reached)
                .orElseGet(
                    () -> "%,d of %,d tasks%s".formatted(done, tasks, reached.eta(done, tasks))));
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    spark.sc().removeSparkListener(this);
  }
}
