package io.retromae.embed.job;

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
 * Follows the job's tasks and says every second how far they are: texts, texts/s, time to go. Owns
 * a thread and a listener until it is closed.
 */
public final class EmbedProgress extends SparkListener implements AutoCloseable {
  /** Job group in which texts are embedded. */
  public static final String ENCODE = "retromae-embed-encode";

  private static final String GROUP = "retromae-embed-";

  private final JavaSparkContext spark;
  private final LongSupplier clock;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "embed-progress");
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
  private long total;

  /** What the counters of {@link EmbedCounters} have reached. */
  private record Counts(long texts, long tokens, long earlier) {
    static final Counts NONE = new Counts(0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(texts + other.texts, tokens + other.tokens, earlier + other.earlier);
    }

    /** With one counter's value in the place of what it was. */
    Counts with(AccumulableInfo info) {
      if (info.update().isEmpty() || !(info.update().get() instanceof Number value)) {
        return this;
      }
      String name = info.name().isEmpty() ? "" : String.valueOf(info.name().get());
      return switch (name) {
        case EmbedCounters.TEXTS -> new Counts(value.longValue(), tokens, earlier);
        case EmbedCounters.TOKENS -> new Counts(texts, value.longValue(), earlier);
        case EmbedCounters.EARLIER -> new Counts(texts, tokens, value.longValue());
        default -> this;
      };
    }
  }

  /** Follows nothing yet. */
  EmbedProgress(JavaSparkContext spark, LongSupplier clock) {
    this.spark = spark;
    this.clock = clock;
  }

  /**
   * Follows the tasks of a Spark.
   *
   * @param told takes a line every second while there are tasks
   */
  public static EmbedProgress follow(JavaSparkContext spark, Consumer<String> told) {
    EmbedProgress progress = new EmbedProgress(spark, System::nanoTime);
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

  /** So many rows are to be embedded. */
  public synchronized void expect(long rows) {
    total = rows;
    phase = ""; // a job that follows another of its kind begins anew
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
    if (!GROUP.concat(phase).equals(ENCODE)) {
      return "%-8s %,d of %,d tasks%s".formatted(phase, done, tasks, eta(done, tasks, seconds));
    }
    Counts counts = running.values().stream().reduce(finished, Counts::plus);
    return String.format(
        Locale.ROOT,
        "%-8s %,d of %,d texts, %,.0f texts/s%s%s",
        phase,
        counts.texts() + counts.earlier(),
        total,
        counts.texts() / seconds,
        counts.tokens() == 0 ? "" : ", %,.0f tokens/s".formatted(counts.tokens() / seconds),
        eta(counts.texts(), total - counts.earlier(), seconds));
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
