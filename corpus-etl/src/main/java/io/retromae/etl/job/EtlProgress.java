package io.retromae.etl.job;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
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
 * Follows the job's tasks and says every second how far they are: phase, documents, MB/s, time to
 * go. Owns a thread and a listener until it is closed.
 */
final class EtlProgress extends SparkListener implements AutoCloseable {
  /** Job group of the first pass. */
  static final String CLEAN = "retromae-etl-clean";

  private static final String GROUP = "retromae-etl-";

  private final JavaSparkContext spark;
  private final LongSupplier clock;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "etl-progress");
            thread.setDaemon(true);
            return thread;
          });

  /** What tasks that still run have reported, by task. */
  private final Map<Long, Counts> running = new HashMap<>();

  private Counts finished = Counts.NONE;
  private String phase = "";
  private long began;
  private long tasks;
  private long done;
  private long totalBytes;

  /** What the counters of {@link CleanCounters} have reached. */
  private record Counts(long documents, long textBytes, long stored) {
    static final Counts NONE = new Counts(0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          documents + other.documents, textBytes + other.textBytes, stored + other.stored);
    }

    /** With one counter's value in the place of what it was. */
    Counts with(AccumulableInfo info) {
      if (info.update().isEmpty() || !(info.update().get() instanceof Number value)) {
        return this;
      }
      String name = info.name().isEmpty() ? "" : String.valueOf(info.name().get());
      return switch (name) {
        case CleanCounters.DOCUMENTS -> new Counts(value.longValue(), textBytes, stored);
        case CleanCounters.TEXT_BYTES -> new Counts(documents, value.longValue(), stored);
        case CleanCounters.STORED_BYTES -> new Counts(documents, textBytes, value.longValue());
        default -> this;
      };
    }
  }

  /** Follows nothing yet. */
  EtlProgress(JavaSparkContext spark, LongSupplier clock) {
    this.spark = spark;
    this.clock = clock;
  }

  /**
   * Follows the tasks of a Spark.
   *
   * @param told takes a line every second while there are tasks
   */
  static EtlProgress follow(JavaSparkContext spark, Consumer<String> told) {
    EtlProgress progress = new EtlProgress(spark, System::nanoTime);
    spark.sc().addSparkListener(progress);
    progress.ticker.scheduleWithFixedDelay(
        () -> {
          String line = progress.line();
          if (!line.isEmpty()) {
            told.accept(line);
          }
        },
        1,
        1,
        TimeUnit.SECONDS);
    return progress;
  }

  /** The first pass begins, over files of this size. */
  synchronized void clean(long bytes) {
    totalBytes = bytes;
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart job) {
    String group = job.properties().getProperty("spark.jobGroup.id", "");
    if (group.startsWith(GROUP) && !group.substring(GROUP.length()).equals(phase)) {
      phase = group.substring(GROUP.length());
      began = clock.getAsLong();
      tasks = 0;
      done = 0;
      running.clear();
      finished = Counts.NONE;
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
              running.put(id, counts(running.getOrDefault(id, Counts.NONE), task._4().iterator()));
              return null;
            });
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
    if (end.taskInfo().successful()) {
      done++;
      finished = finished.plus(counts(Counts.NONE, end.taskInfo().accumulables().iterator()));
    }
  }

  private static Counts counts(Counts before, Iterator<AccumulableInfo> updates) {
    Counts counts = before;
    while (updates.hasNext()) {
      counts = counts.with(updates.next());
    }
    return counts;
  }

  /** How far the phase is; empty if none has begun. */
  synchronized String line() {
    if (phase.isEmpty() || tasks == 0) {
      return "";
    }
    double seconds = Math.max(1e-3, (clock.getAsLong() - began) / 1e9);
    Counts counts = running.values().stream().reduce(finished, Counts::plus);
    if (!GROUP.concat(phase).equals(CLEAN)) {
      return "%-8s %,d of %,d tasks%s".formatted(phase, done, tasks, eta(done, tasks, seconds));
    }
    return String.format(
        Locale.ROOT,
        "%-8s %,d documents, %.1f MB/s of text, %.1f of %.1f MB of files%s",
        phase,
        counts.documents(),
        counts.textBytes() / 1e6 / seconds,
        counts.stored() / 1e6,
        totalBytes / 1e6,
        eta(counts.stored(), totalBytes, seconds));
  }

  private static String eta(long done, long all, double seconds) {
    if (done <= 0 || done >= all) {
      return "";
    }
    Duration left = Duration.ofSeconds((long) (seconds / done * (all - done)));
    return ", ETA %d:%02d:%02d"
        .formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    spark.sc().removeSparkListener(this);
  }
}
