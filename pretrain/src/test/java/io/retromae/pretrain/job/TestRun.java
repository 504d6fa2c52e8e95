package io.retromae.pretrain.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.CheckpointWriter;
import io.retromae.training.checkpoint.TrainingVectors;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.RankThreads;
import io.retromae.training.collective.RankThreads.Outcome;
import io.retromae.training.device.DeviceChoice;
import io.retromae.training.loop.Cancellation;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.loop.StepListener;
import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.TrainingHooks;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Probe;
import io.retromae.training.measure.Selection;
import io.retromae.training.memory.HostVector;
import io.retromae.training.worker.CheckpointSaver;
import io.retromae.training.worker.RankTraining;
import io.retromae.training.worker.ShippedSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * A run of all ranks in this process, without Spark: what workers do from the newest checkpoint on,
 * told where to be interrupted.
 */
final class TestRun {
  /** The smallest model, with a checkpoint after every fourth step. */
  private static final List<String> TINY =
      List.of(
          "init.config.hidden_size=16",
          "init.config.num_hidden_layers=1",
          "init.config.num_attention_heads=2",
          "init.config.max_position_embeddings=32",
          "data.max_seq_length=32",
          "data.per_device_train_batch_size=4",
          "optimizer.learning_rate=5e-3",
          "checkpoint.save_steps=4");

  private final Storage storage = new Storage(new Configuration());
  private final PretrainConfig config;
  private final PretrainPlan plan;
  private final PretrainTask task;
  private final CheckpointStore checkpoints;

  /** Every step that was done, those done again included. */
  final List<StepReport> steps = new ArrayList<>();

  /** Every evaluation, those done again included. */
  final List<EvaluationReport> evaluations = new ArrayList<>();

  /** Everything that the probe measured, what it measured again included. */
  final List<Probe.Report> probes = new ArrayList<>();

  /** Steps at which a start ended early. */
  final List<Long> endedAt = new ArrayList<>();

  /** Name of the checkpoint that the last start took up; empty if none. */
  String resumedFrom = "";

  private Optional<TrainingVectors> vectors = Optional.empty();

  /** A run of the smallest model; of two settings of one key the later counts. */
  TestRun(Path corpus, Path output, List<String> settings) throws IOException {
    List<String> all = new ArrayList<>(TINY);
    all.addAll(settings);
    all.add("corpus=" + corpus);
    all.add("output=" + output);
    this.config = ConfigLoader.load(PretrainConfig.class, List.of(), all).value();
    this.plan = PretrainPlan.of(storage, config);
    this.task =
        new PretrainTask(
            new ShippedSettings(all, List.of()), plan.corpusFingerprint(), plan.epochEnds());
    this.checkpoints = new CheckpointStore(storage, output.toString());
  }

  /** How a start ends before its time. */
  sealed interface Interruption {
    /** Not at all. */
    record None() implements Interruption {}

    /** A stop is asked for before this step ends. */
    record Stop(long step) implements Interruption {}

    /** The process dies when this step has been reported. */
    record Crash(long step) implements Interruption {}
  }

  /** The death of a worker. */
  static final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crashed() {
      super("crashed on purpose");
    }
  }

  /** Trains from the newest checkpoint until the end or the interruption. */
  TrainingState start(Interruption interruption) throws Exception {
    String from = checkpoints.newest().map(CheckpointRef::name).orElse("");
    resumedFrom = from;
    long attempt = checkpoints.claimAttempt();
    vectors = Optional.empty();
    List<Outcome<TrainingState>> ends =
        RankThreads.run(
            config.cluster().workers(), ranks -> train(ranks, from, attempt, interruption));
    for (Outcome<TrainingState> end : ends) {
      if (end.result().isEmpty() && !end.failure().contains("on purpose")) {
        throw new AssertionError(end.failure());
      }
    }
    return ends.stream().noneMatch(end -> end.result().isEmpty())
        ? ends.get(0).value()
        : checkpoints.newest().map(CheckpointRef::state).orElse(TrainingState.START);
  }

  private TrainingState train(
      Collective ranks, String from, long attempt, Interruption interruption) throws IOException {
    RunPlan course = task.plan(ranks.worldSize());
    var run = new CheckpointSaver.Run(checkpoints, Map.of(), attempt, config.checkpoint());
    try (PretrainInput<?> input =
            PretrainInput.open(storage, task, plan.start(), plan.start().objective());
        RankTraining<?> rank =
            new RankTraining<>(config.training(), course, input, DeviceChoice.ON_CPU, ranks);
        CheckpointSaver saver = new CheckpointSaver(rank.replica(), run, () -> false, new Deaf())) {
      TrainingState state = rank.restore(checkpoints, from);
      var observer = new Observer(rank.replica().share().first(), interruption);
      state = rank.train(state, new TrainingHooks(observer, saver, observer));
      keep(rank.replica().vectors(true));
      return state;
    }
  }

  /** Puts a rank's part of the moments beside those of the others. */
  private synchronized void keep(TrainingVectors live) {
    long size = live.parameters().size();
    TrainingVectors whole =
        vectors.orElseGet(
            () ->
                TrainingVectors.whole(
                    HostVector.allocate(size),
                    HostVector.allocate(size),
                    HostVector.allocate(size)));
    live.parameters().copyTo(whole.parameters());
    long from = live.momentsFrom();
    live.firstMoment().copyTo(whole.firstMoment().part(from, live.firstMoment().size()));
    live.secondMoment().copyTo(whole.secondMoment().part(from, live.secondMoment().size()));
    vectors = Optional.of(whole);
  }

  /** Parameters and moments at the end of the last start that was not a crash. */
  List<ByteBuffer> vectors() {
    TrainingVectors whole = vectors.orElseThrow();
    return List.of(
        whole.parameters().whole(), whole.firstMoment().whole(), whole.secondMoment().whole());
  }

  long totalSteps() {
    return plan.totalSteps();
  }

  /** Nobody listens. */
  private static final class Deaf implements CheckpointWriter.Listener {
    @Override
    public void saved(CheckpointWriter.Saved checkpoint) {
      // nothing to tell
    }

    @Override
    public void failed(long step, String reason) {
      throw new AssertionError("step " + step + ": " + reason);
    }
  }

  private final class Observer implements StepListener, Cancellation {
    private final boolean first;
    private final Interruption interruption;
    private long reached;

    Observer(boolean first, Interruption interruption) {
      this.first = first;
      this.interruption = interruption;
    }

    @Override
    public void stepDone(StepReport report) {
      reached = report.step();
      if (first) {
        steps.add(report);
      }
      if (interruption instanceof Interruption.Crash crash && reached >= crash.step()) {
        throw new Crashed();
      }
    }

    @Override
    public void evaluated(EvaluationReport report, double seconds) {
      if (first) {
        evaluations.add(report);
      }
    }

    @Override
    public void probed(Probe.Report report, double seconds) {
      if (first) {
        probes.add(report);
      }
    }

    @Override
    public void compared(long step, Selection selection, boolean ends) {
      if (first && ends) {
        endedAt.add(step);
      }
    }

    @Override
    public boolean stopRequested() {
      return interruption instanceof Interruption.Stop stop && reached + 1 >= stop.step();
    }

    @Override
    public void checkCancelled() {
      // nobody cancels
    }
  }
}
