package io.retromae.pretrain.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.display.Displayed;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.spark.SparkSurroundings;
import io.retromae.training.attempt.ClusterChecks;
import io.retromae.training.attempt.EncryptionPolicy;
import io.retromae.training.attempt.ExecutorNews;
import io.retromae.training.attempt.RetryLoop;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.SlotWait;
import io.retromae.training.attempt.SparkSlots;
import io.retromae.training.attempt.StopRequest;
import io.retromae.training.attempt.TrainingRun;
import io.retromae.training.attempt.WorldSizes;
import io.retromae.training.huggingface.HuggingFaceExport;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.metrics.MetricsLog;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.worker.StartupClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The pre-training job on the driver: claims the run's folder, trains ({@link RetryLoop}), exports.
 */
public final class PretrainJob {
  private static final List<String> ENTRIES =
      List.of("checkpoints", "metrics.jsonl", "tensorboard", "export");

  private final JavaSparkContext spark;
  private final Resolved<PretrainConfig> resolved;
  private final RunConsole console;
  private final Storage storage;
  private final StopRequest stop = new StopRequest();

  /** A job that tells its story to {@code console}. */
  public PretrainJob(
      JavaSparkContext spark, Resolved<PretrainConfig> resolved, RunConsole console) {
    this.spark = spark;
    this.resolved = resolved;
    this.console = displayed(console);
    this.storage = SparkSurroundings.storage(spark);
  }

  /** Names, paths and messages in a line come from elsewhere; none may end it or forge another. */
  private static RunConsole displayed(RunConsole console) {
    return new RunConsole() {
      @Override
      public void line(String text) {
        console.line(Displayed.line(text));
      }

      @Override
      public boolean brief() {
        return console.brief();
      }
    };
  }

  /**
   * Trains to the end, or until {@link #requestStop}.
   *
   * @param mode how to treat a folder that holds a run already
   * @throws ConfigException, CorruptDataException or ClusterException with the first cause
   */
  public TrainingReport run(OutputMode mode) throws IOException {
    return run(mode, PretrainPlan.of(storage, resolved.value(), mode));
  }

  /** The same by a plan that was made, and refused what it had to, before Spark started. */
  public TrainingReport run(OutputMode mode, PretrainPlan plan) throws IOException {
    PretrainConfig config = resolved.value();
    StartupClock clock = new StartupClock("driver");
    clock.done("begin");
    boolean encrypted = EncryptionPolicy.encrypts(config.cluster(), spark.getConf());
    SlotWait slots =
        slots(WorldSizes.of(config.data().logicalShards(), config.cluster()), config.cluster());
    String folder = storage.qualify(config.output());
    outputFolder(storage, folder).claim(RunIdentity.of(resolved, plan), resolved.yaml(), mode);
    plan.describe(config).forEach(console::line);
    clock.done("slots_and_output");
    MetricsLog metrics = MetricsLog.open(storage, folder, config.logging().tensorboard());
    TrainingRun run =
        new TrainingRun(
            spark,
            storage,
            folder,
            PretrainTask.of(resolved, storage, plan),
            config.cluster(),
            plan.totalSteps(),
            encrypted);
    ExecutorNews news = new ExecutorNews(console, metrics);
    spark.sc().addSparkListener(news);
    try {
      return finish(run, new RetryLoop(run, slots, metrics, console).train(stop), metrics);
    } finally {
      spark.sc().removeSparkListener(news);
    }
  }

  /**
   * What {@link #run} would find in the run's folder; changes nothing.
   *
   * @throws io.retromae.core.failure.ConfigException if it would be refused
   */
  public static OutputFolder.Found check(
      Storage storage, Resolved<PretrainConfig> resolved, PretrainPlan plan, OutputMode mode) {
    String folder = storage.qualify(resolved.value().output());
    return outputFolder(storage, folder).check(RunIdentity.of(resolved, plan), mode);
  }

  private static OutputFolder outputFolder(Storage storage, String folder) {
    return new OutputFolder(storage, folder, ENTRIES, new ReachedWork(storage, folder));
  }

  /** Asks the workers to save and end after the step they are in; safe from any thread. */
  public void requestStop() {
    stop.make();
  }

  /** Refuses at once what no waiting can change. */
  private SlotWait slots(WorldSizes sizes, ClusterSettings cluster) {
    SparkSlots slots = new SparkSlots(spark);
    if (slots.canChange()) {
      ClusterChecks.check(spark.getConf(), cluster);
    }
    Duration limit = Duration.ofSeconds(cluster.slotsTimeoutSeconds());
    SlotWait wait = new SlotWait(sizes, slots, limit, console);
    if (!slots.canChange()) {
      wait.forAll(stop);
    }
    return wait;
  }

  /** A model that is worse than at its start is not handed on as if it were one. */
  private void refuseFailed(TrainingRun run, TrainingState state, MetricsLog metrics)
      throws IOException {
    Optional<String> failure = state.failure();
    if (failure.isPresent()) {
      metrics.publish();
      throw new ConfigException(
          "all %,d steps are done, but training failed: %s; nothing was exported (the command export does it all the same). Train again with a lower optimizer.learning_rate or a longer warm-up, in another output (checkpoints stay in %s)"
              .formatted(state.step(), failure.get(), run.folder()));
    }
  }

  private TrainingReport finish(TrainingRun run, TrainingState state, MetricsLog metrics)
      throws IOException {
    long totalSteps = run.totalSteps();
    if (state.step() < totalSteps) {
      return new TrainingReport(state, totalSteps, "");
    }
    refuseFailed(run, state, metrics);
    String export = run.folder() + "/export";
    new OwnedFolder(storage, run.folder())
        .delete("export"); // a whole one is made again from the checkpoint
    HuggingFaceExport.write(storage, run.folder(), state.step(), export, Objectives::card);
    metrics.publish();
    return new TrainingReport(state, totalSteps, export);
  }
}
