package io.retromae.pretrain.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.checkpoint.CheckpointRef;
import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.checkpoint.HuggingFaceExport;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The pre-training job on the driver: starts attempts from the newest whole checkpoint until the
 * run is done, then exports. Spark never retries a failed barrier stage whose result it collects,
 * and would count retries over the whole run; so the loop is here, and failures count only until
 * the next checkpoint.
 */
public final class PretrainJob {
  private static final int SECRET_BYTES = 32;
  private static final Duration LAST_WORDS = Duration.ofSeconds(20);
  private static final List<String> ENTRIES =
      List.of("checkpoints", "metrics.jsonl", "tensorboard", "export");

  /** Settings that may change between two starts of a run: they do not change what is computed. */
  private static final List<String> FREE =
      List.of(
          "output",
          "corpus",
          "cluster.",
          "checkpoint.",
          "logging.",
          "compute.device",
          "compute.gradient_checkpointing",
          "optimizer.max_skipped_steps",
          "data.prefetch_batches",
          "evaluation.corpus",
          "evaluation.eval_steps",
          "evaluation.max_samples",
          "evaluation.per_device_eval_batch_size");

  private final JavaSparkContext spark;
  private final PretrainConfig config;
  private final Resolved<PretrainConfig> resolved;
  private final RunConsole console;
  private final Storage storage;
  private final String runFolder;
  private final CheckpointStore checkpoints;
  private final AtomicReference<ProgressServer> server = new AtomicReference<>();
  private volatile boolean stopRequested;
  private Optional<CheckpointRef> newest = Optional.empty();

  /** A job that tells its story to {@code console}. */
  public PretrainJob(
      JavaSparkContext spark, Resolved<PretrainConfig> resolved, RunConsole console) {
    this.spark = spark;
    this.resolved = resolved;
    this.config = resolved.value();
    this.console = console;
    this.storage = new Storage(spark.hadoopConfiguration());
    this.runFolder = storage.qualify(config.output());
    this.checkpoints = new CheckpointStore(storage, runFolder);
  }

  /**
   * Trains to the end, or until {@link #requestStop}.
   *
   * @param mode how to treat a folder that holds a run already
   * @throws ConfigException, CorruptDataException or ClusterException with the first cause
   */
  public TrainingReport run(OutputMode mode) throws IOException {
    PretrainPlan plan = PretrainPlan.of(storage, config);
    checkSlots();
    new OutputFolder(storage, runFolder, ENTRIES).claim(identity(plan), resolved.yaml(), mode);
    plan.describe(config).forEach(console::line);
    MetricsLog metrics = MetricsLog.open(storage, runFolder, config.logging().tensorboard());
    TrainingState state = newestState(metrics);
    int failures = 0;
    while (state.step() < plan.totalSteps() && !stopRequested) {
      AttemptLog log = new AttemptLog(console, metrics);
      try {
        attempt(plan, state, log);
      } catch (ClusterException e) {
        long before = state.step();
        state = newestState(metrics);
        failures = state.step() > before ? 1 : failures + 1;
        giveUpOrExplain(e, log, state, failures);
        continue;
      } finally {
        metrics.publish();
      }
      state = newestState(metrics);
    }
    return finish(plan, state, metrics);
  }

  private Map<String, String> identity(PretrainPlan plan) {
    Map<String, String> identity = new TreeMap<>();
    resolved.settings().stream()
        .filter(setting -> FREE.stream().noneMatch(setting.path()::startsWith))
        .forEach(setting -> identity.put(setting.path(), setting.value()));
    identity.put("corpus fingerprint", plan.corpusFingerprint());
    return identity;
  }

  /** Asks the workers to save and end after the step they are in; safe from any thread. */
  public void requestStop() {
    stopRequested = true;
    Optional.ofNullable(server.get()).ifPresent(ProgressServer::requestStop);
  }

  private TrainingState newestState(MetricsLog metrics) throws IOException {
    newest = checkpoints.newest();
    TrainingState state = newest.map(CheckpointRef::state).orElse(TrainingState.START);
    metrics.rewindTo(state.step());
    return state;
  }

  private void attempt(PretrainPlan plan, TrainingState state, AttemptLog log) throws IOException {
    long attempt = checkpoints.claimAttempt();
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    SparkConf conf = spark.getConf();
    String host = conf.get("spark.driver.host");
    InetAddress address = InetAddress.getByName(conf.get("spark.driver.bindAddress", host));
    try (ProgressServer progress = ProgressServer.start(address, secret, attempt, log::accept)) {
      server.set(progress);
      if (stopRequested) {
        progress.requestStop();
      }
      WorkerSpec spec =
          new WorkerSpec(
              resolved.settings().stream().map(PretrainJob::assignment).toList(),
              storage,
              runFolder,
              plan.corpusFingerprint(),
              plan.epochEnds(),
              newest.map(CheckpointRef::name).orElse(""),
              attempt,
              config.cluster().workers(),
              host,
              progress.port(),
              secret);
      // interruptOnCancel: the survivors of a lost worker give their slots back at once.
      spark.setJobGroup("retromae-pretrain", "training from step " + state.step(), true);
      try {
        BarrierTraining.run(spark, spec);
      } finally {
        // Survivors report the first cause and finish the checkpoint they were writing.
        progress.awaitAllGone(LAST_WORDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting for the workers to end", e);
    } finally {
      server.set(null);
      spark.clearJobGroup();
    }
  }

  private static String assignment(ResolvedSetting setting) {
    return setting.path() + "=" + setting.value();
  }

  private void giveUpOrExplain(
      ClusterException failure, AttemptLog log, TrainingState state, int failures) {
    String cause = log.firstCause().orElse(failure.getMessage());
    if (log.kind().equals("config")) {
      throw new ConfigException(cause, failure);
    }
    if (log.kind().equals("data")) {
      throw new CorruptDataException(cause, failure);
    }
    int allowed = config.cluster().maxFailuresWithoutProgress();
    if (failures >= allowed) {
      throw new ClusterException(
          "gave up at step %d after %d failures without a new checkpoint; the last: %s"
              .formatted(state.step(), failures, cause),
          failure);
    }
    log.failed(cause, state.step(), failures, allowed);
  }

  /** Embedded Spark knows its slots at once; it would otherwise ask for ten minutes. */
  private void checkSlots() {
    String master = spark.master();
    int workers = config.cluster().workers();
    if (master.startsWith("local") && !master.startsWith("local-cluster")) {
      int slots = spark.sc().defaultParallelism();
      if (slots < workers) {
        throw new ClusterException(
            "pretrain needs %d free task slots at once, %s has %d; lower cluster.workers or use --master local[%d]"
                .formatted(workers, master, slots, workers));
      }
    } else {
      checkThreads();
    }
  }

  /** Spark lets a task have its cores; more threads than cores make a step many times slower. */
  private void checkThreads() {
    int cores = spark.getConf().getInt("spark.task.cpus", 1);
    int threads = config.cluster().threadsPerWorker().orElse(cores);
    if (threads > cores) {
      throw new ConfigException(
          "cluster.threads_per_worker = %d: spark.task.cpus is %d; raise that, or leave the setting null"
              .formatted(threads, cores));
    }
  }

  private TrainingReport finish(PretrainPlan plan, TrainingState state, MetricsLog metrics)
      throws IOException {
    if (state.step() < plan.totalSteps()) {
      return new TrainingReport(state, plan.totalSteps(), "");
    }
    String export = runFolder + "/export";
    storage.delete(export); // a whole one is made again from the checkpoint
    HuggingFaceExport.write(storage, runFolder, state.step(), export);
    metrics.publish();
    return new TrainingReport(state, plan.totalSteps(), export);
  }
}
