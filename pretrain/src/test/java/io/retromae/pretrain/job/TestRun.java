package io.retromae.pretrain.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.batch.BatchQueue;
import io.retromae.pretrain.batch.CorpusBatches;
import io.retromae.pretrain.batch.EvaluationBatches;
import io.retromae.pretrain.checkpoint.CheckpointRef;
import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.checkpoint.CheckpointWriter;
import io.retromae.pretrain.checkpoint.Snapshot;
import io.retromae.pretrain.collective.LocalCollective;
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
import org.apache.hadoop.conf.Configuration;

/**
 * A run of one rank in this process, without Spark: what a worker does from the newest checkpoint
 * on, told where to be interrupted.
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

  private ByteBuffer[] vectors = new ByteBuffer[0];

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
  }

  /** Trains from the newest checkpoint until the end or the interruption. */
  TrainingState start(Interruption interruption) throws IOException {
    long step = checkpoints.newest().map(ref -> ref.state().step()).orElse(0L);
    var origin = new CheckpointWriter.Origin(Map.of(), 1, config.checkpoint().saveTotalLimit());
    RunPlan course = RunPlan.of(config, 1, plan.epochEnds());
    ModelStart start = plan.start();
    try (Replica replica = new Replica(start, DeviceChoice.ON_CPU, course.totalSteps());
        CorpusBatches batches =
            CorpusBatches.open(storage, config, start.tokens(), plan.epochEnds());
        EvaluationBatches heldOut = EvaluationBatches.open(storage, config, start.tokens());
        CheckpointWriter writer = new CheckpointWriter(checkpoints, origin, new Deaf())) {
      TrainingState state = replica.restore(checkpoints, step);
      var collective = new LocalCollective();
      var evaluator = new Evaluator(replica.model(), collective, heldOut.count(), heldOut::batch);
      try (BatchQueue ahead = BatchQueue.start(batches, course.order(state.step(), 0), 3)) {
        var parts =
            new Trainer.Parts(replica.model(), replica.optimizer(), collective, ahead, evaluator);
        var observer = new Observer(replica, writer, interruption);
        state = new Trainer(parts, course, observer).train(state);
      }
      keep(replica.vectors());
      return state;
    } catch (Crashed e) {
      return checkpoints.newest().map(CheckpointRef::state).orElse(TrainingState.START);
    }
  }

  private void keep(Snapshot.FlatBuffers live) {
    HostVector[] sources = {live.parameters(), live.firstMoment(), live.secondMoment()};
    vectors = new ByteBuffer[sources.length];
    for (int i = 0; i < sources.length; i++) {
      HostVector copy = HostVector.allocate(sources[i].size());
      sources[i].copyTo(copy);
      vectors[i] = copy.whole();
    }
  }

  /** Parameters and moments at the end of the last start that was not a crash. */
  List<ByteBuffer> vectors() {
    return List.of(vectors);
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
      steps.add(report);
      reached = report.step();
      if (interruption instanceof Interruption.Crash crash && reached >= crash.step()) {
        throw new Crashed();
      }
    }

    @Override
    public void evaluated(EvaluationReport report, double seconds) {
      evaluations.add(report);
    }

    @Override
    public void save(TrainingState state) {
      writer.save(state, replica.model().layout(), replica.vectors());
    }

    @Override
    public void settle() {
      // STUB
    }

    @Override
    public byte[] takeNote() {
      return new byte[0];
    }

    @Override
    public void heard(java.util.List<byte[]> notes) {
      // STUB
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
