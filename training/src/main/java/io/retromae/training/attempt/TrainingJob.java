package io.retromae.training.attempt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.display.Displayed;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.huggingface.ObjectiveCard;
import io.retromae.training.huggingface.RunExport;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.metrics.ExtensionLine;
import io.retromae.training.metrics.Progress;
import io.retromae.training.metrics.SelectionLine;
import io.retromae.training.metrics.Tracker;
import io.retromae.training.report.RunReport;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.settings.TrainingSettings;
import io.retromae.training.worker.StartupClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A job that trains, on the driver: claims the run's folder, trains ({@link RetryLoop}), exports.
 * What it trains is the plan's.
 */
public final class TrainingJob {
  static final List<String> ENTRIES =
      List.of(
          "checkpoints", "metrics.jsonl", "tensorboard", "mlflow.json", "export", RunReport.FOLDER);

  private final JavaSparkContext spark;
  private final Storage storage;
  private final RunConsole console;
  private final StopRequest stop = new StopRequest();

  /**
   * A job that tells its story to {@code console}.
   *
   * @param storage reaches all that the context reaches, on the driver and in tasks
   */
  public TrainingJob(JavaSparkContext spark, Storage storage, RunConsole console) {
    this.spark = spark;
    this.storage = storage;
    this.console = displayed(console);
  }

  /** Names, paths and messages in a line come from elsewhere; none may end it or forge another. */
  private static RunConsole displayed(RunConsole console) {
    return new RunConsole() {
      @Override
      public void line(String text) {
        console.line(Displayed.line(text));
      }

      @Override
      public void progress(String text) {
        console.progress(Displayed.line(text));
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
  public TrainingReport run(TrainingPlan plan, OutputMode mode) throws IOException {
    TrainingSettings settings = plan.task().settings();
    StartupClock clock = new StartupClock("driver");
    clock.done("begin");
    boolean encrypted = EncryptionPolicy.encrypts(settings.cluster(), spark.getConf());
    SlotWait slots =
        slots(WorldSizes.of(plan.logicalShards(), settings.cluster()), settings.cluster());
    String folder = storage.qualify(plan.output());
    RunFolder runFolder = new RunFolder(storage, folder, plan.handover().entries());
    RunFolder.Claimed claimed = runFolder.claim(wish(plan), plan.resolved().yaml(), mode);
    new RunExport(storage, folder).recover();
    plan.handover().writer().write(folder);
    plan.lines().forEach(console::line);
    if (claimed.takenBack()) {
      console.line(
          "extend   taken back, nothing had been trained: %,d steps are planned again"
              .formatted(plan.totalSteps()));
    }
    Optional<ObjectNode> extended =
        claimed.extensions().stream()
            .reduce((earlier, later) -> later)
            .map(last -> ExtensionLine.of(last, claimed.extensions(), settings.optimizer()));
    extended.map(ExtensionLine::toLine).ifPresent(console::line);
    clock.done("slots_and_output");
    Tracker metrics = RunTrackers.open(storage, folder, plan, console);
    TrainingRun run =
        new TrainingRun(
            spark,
            storage,
            folder,
            plan.task(),
            settings.cluster(),
            plan.totalSteps(),
            claimed.extensions(),
            encrypted);
    ExecutorNews news = new ExecutorNews(console, metrics);
    spark.sc().addSparkListener(news);
    Tracker.End end = Tracker.End.FAILED;
    String reason = "";
    try {
      metrics.add(started(plan));
      if (extended.isPresent() && claimed.isNew()) {
        metrics.add(extended.get());
        metrics.publish();
      }
      RetryLoop.Owner owner = new RetryLoop.Owner(runFolder, claimed);
      TrainingState state = new RetryLoop(run, owner, slots, metrics, console).train(stop);
      TrainingReport report = finish(run, state, metrics, plan.cards());
      end = report.finished() ? Tracker.End.FINISHED : Tracker.End.STOPPED;
      return report;
    } catch (IOException | RuntimeException e) {
      reason = String.valueOf(e.getMessage());
      throw e;
    } finally {
      spark.sc().removeSparkListener(news);
      metrics.add(ended(end, reason));
      metrics.end(end);
    }
  }

  /** What the run's report cannot see elsewhere. */
  private static ObjectNode started(TrainingPlan plan) {
    ObjectNode event = Progress.message("start").put("total_steps", plan.totalSteps());
    ArrayNode lines = event.putArray("lines");
    plan.lines().forEach(lines::add);
    return event.put("time", Instant.now().toString());
  }

  /** A run without it goes on, or was killed. */
  private static ObjectNode ended(Tracker.End end, String reason) {
    return Progress.message("end")
        .put("how", end.name().toLowerCase(Locale.ROOT))
        .put("reason", reason)
        .put("time", Instant.now().toString());
  }

  /**
   * What {@link #run} would find in the run's folder; changes nothing.
   *
   * @throws ConfigException if it would be refused
   */
  public static OutputFolder.Found check(Storage storage, TrainingPlan plan, OutputMode mode)
      throws IOException {
    return new RunFolder(storage, storage.qualify(plan.output()), plan.handover().entries())
        .check(wish(plan), mode);
  }

  private static RunFolder.Wish wish(TrainingPlan plan) {
    TrainingSettings settings = plan.task().settings();
    return new RunFolder.Wish(
        plan.identity(), plan.totalSteps(), settings.schedule().extend(), settings.optimizer());
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

  /**
   * A model that is worse than at its start is not handed on as if it were one.
   *
   * @param exported where the run stood at the checkpoint that is exported
   */
  private void refuseFailed(
      TrainingRun run, TrainingState state, TrainingState exported, Tracker metrics)
      throws IOException {
    Optional<String> failure = exported.failure();
    if (failure.isPresent()) {
      metrics.publish();
      throw new ConfigException(
          "all %,d steps are done, but training failed: %s; nothing was exported (the command export does it all the same). Train again with a lower optimizer.learning_rate or a longer warm-up, in another output (checkpoints stay in %s)"
              .formatted(state.step(), failure.get(), run.folder()));
    }
  }

  /** The best checkpoint, or the last one where nothing was chosen or the best cannot be read. */
  private long exportStep(CheckpointStore checkpoints, SelectionRule selection, TrainingState state)
      throws IOException {
    long step = selection.exportStep(state.step(), state.selection());
    if (selection.metric().isPresent() && state.selection().bestStep() == 0) {
      console.line(
          "warning  checkpoint.keep_best = %s: nothing was compared by it in the steps that are done: the last checkpoint, of step %,d, is exported; it chooses from here on where the run is extended"
              .formatted(selection.metric().get(), state.step()));
    }
    if (step == state.step() || checkpoints.isWhole(step)) {
      return step;
    }
    console.line(
        "warning  the best checkpoint, of step %,d (%s), is gone or damaged: the last one, of step %,d, is exported"
            .formatted(step, state.selection().words(), state.step()));
    return state.step();
  }

  private TrainingReport finish(
      TrainingRun run, TrainingState state, Tracker metrics, Function<String, ObjectiveCard> cards)
      throws IOException {
    long totalSteps = run.totalSteps();
    SelectionRule selection = run.selection();
    if (state.step() < totalSteps && !selection.ends(state.selection())) {
      return TrainingReport.stopped(state, totalSteps);
    }
    CheckpointStore checkpoints = new CheckpointStore(storage, run.folder());
    long step = exportStep(checkpoints, selection, state);
    refuseFailed(run, state, checkpoints.state(step), metrics);
    String export = new RunExport(storage, run.folder()).write(step, cards);
    if (state.selection().bestStep() == step) {
      ObjectNode exported = SelectionLine.exported(state.selection());
      console.line(SelectionLine.toLine(exported));
      metrics.add(exported.put("time", Instant.now().toString()));
    }
    metrics.publish();
    return new TrainingReport(state, totalSteps, step, export);
  }
}
