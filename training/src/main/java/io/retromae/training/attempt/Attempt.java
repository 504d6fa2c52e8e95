package io.retromae.training.attempt;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.connect.Membership;
import io.retromae.training.worker.AttemptKey;
import io.retromae.training.worker.Rendezvous;
import io.retromae.training.worker.WorkCounters;
import io.retromae.training.worker.WorkerSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of all workers, from a checkpoint to the end of the run, a stop or a failure. */
final class Attempt {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
  private static final int SECRET_BYTES = 32;
  private static final Duration LAST_WORDS = Duration.ofSeconds(20);

  private final TrainingRun run;
  private final Start start;
  private final SlotWait slots;
  private final WorkCounters counters;
  private final AttemptLog log;
  private volatile boolean submitted;

  /**
   * Where an attempt begins.
   *
   * @param number counted over the run's whole life
   * @param workers world size
   * @param step of the checkpoint; 0 for a fresh start
   * @param checkpoint its name; empty for a fresh start
   */
  record Start(long number, int workers, long step, String checkpoint) {
    String jobGroup() {
      return "retromae-training-" + number;
    }
  }

  Attempt(TrainingRun run, Start start, SlotWait slots, WorkCounters counters, AttemptLog log) {
    this.run = run;
    this.start = start;
    this.slots = slots;
    this.counters = counters;
    this.log = log;
  }

  /**
   * Returns when all workers have ended well.
   *
   * @throws ClusterException with Spark's reason if one has not; the log knows the causes
   */
  void run(StopRequest stop) throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    SparkConf conf = run.spark().getConf();
    String host = conf.get("spark.driver.host");
    InetAddress address = InetAddress.getByName(conf.get("spark.driver.bindAddress", host));
    try (ProgressServer progress =
            ProgressServer.start(address, Rendezvous.ports(run.cluster()), driver(secret));
        AttemptWatch watch = watch(progress)) {
      progress.listen(watch);
      stop.whenMade(progress::requestStop);
      train(spec(host, progress.port(), secret), progress, watch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(
          "interrupted while waiting for the %d workers of attempt %d to end"
              .formatted(start.workers(), start.number()),
          e);
    } finally {
      stop.whenMade(() -> {});
    }
  }

  private void train(WorkerSpec spec, ProgressServer progress, AttemptWatch watch)
      throws InterruptedException {
    JavaSparkContext spark = run.spark();
    // interruptOnCancel: the survivors of a lost worker give their slots back at once.
    spark.setJobGroup(start.jobGroup(), "training from step " + start.step(), true);
    try {
      submitted = true;
      BarrierTraining.run(spark, spec, counters);
    } finally {
      submitted = false;
      spark.clearJobGroup();
      // Survivors report the first cause and finish the checkpoint they were writing.
      progress.awaitAllGone(LAST_WORDS, watch::blamed);
      replaceExecutors(progress.present());
    }
  }

  private AttemptWatch watch(ProgressServer progress) {
    Duration timeout = Duration.ofSeconds(run.cluster().timeoutSeconds());
    Duration stall = Duration.ofSeconds(run.cluster().stallSeconds());
    Watchdog watchdog = new Watchdog(start.workers(), timeout, stall, System.nanoTime());
    return new AttemptWatch(log, watchdog, timeout, new Actions(progress));
  }

  private WorkerSpec spec(String host, int port, byte[] secret) {
    return new WorkerSpec(
        run.task(),
        run.storage(),
        run.folder(),
        start.checkpoint(),
        start.number(),
        start.workers(),
        run.extensions(),
        host,
        port,
        secret,
        run.encrypted());
  }

  /** What the driver proves to workers. */
  private Membership driver(byte[] secret) {
    return new Membership(
        AttemptKey.derive(secret, run.folder(), start.number()),
        run.folder(),
        start.number(),
        Membership.DRIVER,
        start.workers(),
        run.encrypted());
  }

  /** A process that does not answer would keep its slot until Spark notices, or for ever. */
  private void replaceExecutors(Collection<Integer> silentRanks) {
    for (int rank : silentRanks) {
      Optional<String> executor = log.executor(rank);
      if (slots.canReplaceExecutors() && executor.isPresent()) {
        LOG.warn("event=executor_replaced executor={} rank={}", executor.get(), rank);
        run.spark().sc().killAndReplaceExecutor(executor.get());
      }
    }
  }

  /** The watch's hands. */
  private final class Actions implements AttemptWatch.Actions {
    private final ProgressServer progress;
    private final long since = System.nanoTime();

    Actions(ProgressServer progress) {
      this.progress = progress;
    }

    @Override
    public void cancel() {
      if (submitted) {
        run.spark().cancelJobGroup(start.jobGroup());
      }
    }

    @Override
    public boolean couldGrow() {
      return slots.couldGrow(start.workers());
    }

    @Override
    public void endAfterStep() {
      progress.requestStop();
    }

    @Override
    public Optional<String> notBegun() {
      Duration waited = Duration.ofNanos(System.nanoTime() - since);
      Duration longest = Duration.ofSeconds(run.cluster().stallSeconds());
      if (waited.compareTo(longest) > 0) { // something runs, but it is not this attempt
        return Optional.of(
            "no worker has come within %d s (cluster.stall_seconds)"
                .formatted(longest.toSeconds()));
      }
      return waited.compareTo(slots.limit()) > 0 && slots.nothingRuns()
          ? Optional.of(
              "Spark did not start %d tasks within %d s (cluster.slots_timeout_seconds) although it had their slots; an executor was lost or is excluded"
                  .formatted(start.workers(), slots.limit().toSeconds()))
          : Optional.empty();
    }
  }
}
