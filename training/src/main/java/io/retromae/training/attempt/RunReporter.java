package io.retromae.training.attempt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.training.metrics.Tracker;
import io.retromae.training.report.RunReport;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a run's report while it goes on, when its metrics have been published, and at its end. One
 * report is made at a time, on a thread of its own, and with so much time between two that it costs
 * little of the driver's. A report that fails never stops a training: it is warned of once.
 */
final class RunReporter implements Tracker {
  private static final Logger LOG = LoggerFactory.getLogger(RunReporter.class);
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Between two reports lies at least so many times what one takes. */
  private static final long PAUSE = 20;

  private static final long CLOSE_SECONDS = 60;

  private final Storage storage;
  private final String folder;
  private final Optional<ShardManifest> corpus;
  private final RunConsole console;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final ExecutorService thread = Executors.newSingleThreadExecutor(RunReporter::daemon);
  private volatile long next = System.nanoTime();
  private volatile boolean warned;

  /**
   * For the run in a folder.
   *
   * @param corpus that the job has read, so that no report reads it again
   */
  RunReporter(Storage storage, String folder, Optional<ShardManifest> corpus, RunConsole console) {
    this.storage = storage;
    this.folder = folder;
    this.corpus = corpus;
    this.console = console;
  }

  @Override
  public void add(ObjectNode line) {
    // reports are made of what is published
  }

  @Override
  public void rewindTo(long step) {
    // metrics.jsonl forgets what is void
  }

  /** The run's metrics have been published: makes a report of them, unless the last one is new. */
  @Override
  public void publish() {
    if (System.nanoTime() - next >= 0 && busy.compareAndSet(false, true)) {
      thread.execute(
          () -> {
            try {
              write(true);
            } finally {
              busy.set(false);
            }
          });
    }
  }

  private void write(boolean live) {
    long begin = System.nanoTime();
    try {
      RunReport.write(storage, folder, corpus, Instant.now(), live);
      if (!live) {
        console.line("report   %s/%s/%s".formatted(folder, RunReport.FOLDER, RunReport.PAGE));
      }
    } catch (RuntimeException | Error e) { // whatever it is, the training is worth more
      if (!warned) {
        warned = true;
        console.line(
            "warning  the run's report could not be written (%s); training goes on, and 'retromae report %s' makes it later"
                .formatted(e.getMessage(), folder));
      }
      LOG.warn("event=report_failed reason={}", e.toString(), e);
    } finally {
      long done = System.nanoTime();
      next = done + Math.max(LEAST_NANOS, PAUSE * (done - begin));
    }
  }

  /** Makes the last report, whether or not the one before is new. */
  @Override
  public void end(End end) {
    thread.execute(() -> write(false));
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
        console.line(
            "warning  the run's last report took over %d s and was left; 'retromae report %s' makes it"
                .formatted(CLOSE_SECONDS, folder));
      }
    } catch (InterruptedException e) { // the job is to end at once
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-report");
    thread.setDaemon(true);
    return thread;
  }
}
