package io.retromae.pretrain.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.batch.BatchQueue;
import io.retromae.pretrain.batch.CorpusBatches;
import io.retromae.pretrain.batch.EvaluationBatches;
import io.retromae.pretrain.checkpoint.CheckpointRef;
import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.checkpoint.CheckpointWriter;
import io.retromae.pretrain.checkpoint.FlatBuffers;
import io.retromae.pretrain.checkpoint.Share;
import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.collective.RankThreads;
import io.retromae.pretrain.collective.RankThreads.Outcome;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.memory.HostVector;
import io.retromae.pretrain.train.EvaluationReport;
import io.retromae.pretrain.train.Evaluator;
import io.retromae.pretrain.train.RunPlan;
import io.retromae.pretrain.train.StepReport;
import io.retromae.pretrain.train.Trainer;
import io.retromae.pretrain.train.TrainingObserver;
import io.retromae.pretrain.train.TrainingState;
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
  private final Storage storage = new Storage(new Configuration());
  private final PretrainConfig config;
  private final PretrainPlan plan;
  private final CheckpointStore checkpoints;

  /** Every step that was done, those done again included. */
  final List<StepReport> steps = new ArrayList<>();

  /** Every evaluation, those done again included. */
  final List<EvaluationReport> evaluations = new ArrayList<>();

  /** Name of the checkpoint that the last start took up; empty if none. */
  String resumedFrom = "";

  private Optional<FlatBuffers> vectors = Optional.empty();

  TestRun(Path corpus, Path output, List<String> settings) throws IOException {
    List<String> all = new ArrayList<>(settings);
    all.add("corpus=" + corpus);
    all.add("output=" + output);
    this.config = ConfigLoader.load(PretrainConfig.class, List.of(), all).value();
    this.plan = PretrainPlan.of(storage, config);
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
            config.cluster().workers(), ring -> train(ring, from, attempt, interruption));
    for (Outcome<TrainingState> end : ends) {
      if (end.result().isEmpty() && !end.failure().contains("on purpose")) {
        throw new AssertionError(end.failure());
      }
    }
    return ends.stream().noneMatch(end -> end.result().isEmpty())
        ? ends.get(0).value()
        : checkpoints.newest().map(CheckpointRef::state).orElse(TrainingState.START);
  }

  private TrainingState train(Collective ring, String from, long attempt, Interruption interruption)
      throws IOException {
    var origin =
        new CheckpointWriter.Origin(Map.of(), attempt, config.checkpoint().saveTotalLimit());
    RunPlan course = RunPlan.of(config, ring.worldSize(), plan.epochEnds());
    ModelStart start = plan.start();
    try (Replica replica = new Replica(start, DeviceChoice.ON_CPU, course.totalSteps(), ring);
        CorpusBatches batches =
            CorpusBatches.open(storage, config, start.tokens(), plan.epochEnds());
        EvaluationBatches heldOut =
            EvaluationBatches.open(
                storage, config, ShardManifest.open(storage, config.corpus()), start.tokens());
        CheckpointWriter writer =
            new CheckpointWriter(checkpoints, origin, replica.share(), new Deaf())) {
      TrainingState state = replica.restore(checkpoints, from);
      var evaluator = new Evaluator(replica.model(), ring, heldOut.count(), heldOut::batch);
      try (BatchQueue ahead =
          BatchQueue.start(batches, course.order(state.step(), ring.rank()), 3)) {
        var parts = new Trainer.Parts(replica.model(), replica.optimizer(), ring, ahead, evaluator);
        var observer = new Observer(replica, writer, interruption);
        state = new Trainer(parts, course, observer).train(state);
      }
      keep(replica.vectors(true));
      return state;
    }
  }

  /** Puts a rank's part of the moments beside those of the others. */
  private synchronized void keep(FlatBuffers live) {
    long size = live.parameters().size();
    FlatBuffers whole =
        vectors.orElseGet(
            () ->
                FlatBuffers.whole(
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
    FlatBuffers whole = vectors.orElseThrow();
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

  private final class Observer implements TrainingObserver {
    private final Replica replica;
    private final CheckpointWriter writer;
    private final Interruption interruption;
    private long reached;

    Observer(Replica replica, CheckpointWriter writer, Interruption interruption) {
      this.replica = replica;
      this.writer = writer;
      this.interruption = interruption;
    }

    @Override
    public void stepDone(StepReport report) {
      reached = report.step();
      if (replica.share().first()) {
        steps.add(report);
      }
      if (interruption instanceof Interruption.Crash crash && reached >= crash.step()) {
        throw new Crashed();
      }
    }

    @Override
    public void evaluated(EvaluationReport report, double seconds) {
      if (replica.share().first()) {
        evaluations.add(report);
      }
    }

    @Override
    public void save(TrainingState state) {
      Share share = replica.share();
      if (share.writes()) {
        writer.save(state, replica.model().layout(), replica.vectors(share.first()));
      }
    }

    @Override
    public void settle() {
      writer.settle();
    }

    @Override
    public byte[] takeNote() {
      return writer.takeNote();
    }

    @Override
    public void heard(List<byte[]> notes) {
      writer.heard(notes);
    }

    @Override
    public boolean saveDue() {
      return false;
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
