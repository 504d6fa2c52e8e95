package io.retromae.pretrain.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.checkpoint.CheckpointTimer;
import io.retromae.pretrain.checkpoint.CheckpointWriter;
import io.retromae.pretrain.checkpoint.RunDescription;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.ModelStart;
import io.retromae.pretrain.metrics.EvaluationLine;
import io.retromae.pretrain.metrics.Progress;
import io.retromae.pretrain.metrics.ProgressWindow;
import io.retromae.pretrain.metrics.StepLine;
import io.retromae.pretrain.train.Cancellation;
import io.retromae.pretrain.train.EvaluationReport;
import io.retromae.pretrain.train.Saver;
import io.retromae.pretrain.train.StepListener;
import io.retromae.pretrain.train.StepReport;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.BarrierTaskContext;

/**
 * Tells the driver of steps and has checkpoints saved. Rank 0 does both; other ranks write their
 * part of the moments, if they have one.
 */
final class WorkerObserver implements StepListener, Saver, Cancellation, AutoCloseable {
  private final WorkerSpec spec;
  private final ModelStart start;
  private final PretrainConfig config;
  private final ProgressClient driver;
  private final BarrierTaskContext task;
  private final boolean first;
  private final CheckpointTimer timer;
  private final CheckpointWriter checkpoints;
  private final WorkerStatus status;
  private final WorkCounters counters;
  private final ProgressWindow window;
  private final Replica replica;
  private final Decommission decommission = new Decommission();
  private final StartupClock clock;
  private long tokens;
  private long windowStart = System.nanoTime();

  WorkerObserver(
      WorkerSpec spec,
      ModelStart start,
      ShardManifest corpus,
      Worker.Links links,
      BarrierTaskContext task,
      Replica replica,
      StartupClock clock) {
    this.clock = clock;
    this.spec = spec;
    this.start = start;
    this.config = start.config();
    this.driver = links.driver();
    this.status = links.status();
    this.counters = links.counters();
    this.window = new ProgressWindow(spec.plan(config).totalSteps(), System::nanoTime);
    this.task = task;
    this.replica = replica;
    this.first = task.partitionId() == 0;
    this.timer = new CheckpointTimer(config.checkpoint().saveMinutes(), System::nanoTime);
    this.checkpoints =
        new CheckpointWriter(
            new CheckpointStore(spec.storage(), spec.runFolder()),
            new CheckpointWriter.Origin(
                first ? describe(corpus) : Map.of(),
                spec.attempt(),
                config.checkpoint().saveTotalLimit()),
            replica.share(),
            new CheckpointNews(driver, task.partitionId()));
  }

  /** Training begins. */
  void begin() {
    timer.restart();
    windowStart = System.nanoTime(); // reading the weights is not a part of training's speed
  }

  @Override
  public void stepDone(StepReport report) throws IOException {
    clock.last("first_step");
    tokens += report.tokens();
    status.stepDone(report.step());
    counters.add(report, task.partitionId());
    if (!first) {
      return;
    }
    for (ObjectNode warning : StepLine.warnings(report)) {
      driver.send(warning);
    }
    if (report.step() % config.logging().loggingSteps() == 0 || report.step() == 1) {
      double seconds = (System.nanoTime() - windowStart) / 1e9;
      driver.send(StepLine.toMessage(report, tokens / seconds));
      tokens = 0;
      windowStart = System.nanoTime();
    }
    Optional<ObjectNode> progress = window.add(report);
    if (progress.isPresent()) {
      driver.send(progress.get());
    }
  }

  @Override
  public void evaluated(EvaluationReport report, double seconds) throws IOException {
    windowStart += (long) (seconds * 1e9); // not a part of training's speed
    if (first) {
      driver.send(EvaluationLine.toMessage(report, config.objective(), seconds));
    }
  }

  @Override
  public void save(TrainingState state) {
    if (replica.share().writes()) {
      checkpoints.save(state, replica.model().layout(), replica.vectors(first));
    }
    timer.restart();
  }

  @Override
  public void settle() {
    checkpoints.settle();
  }

  @Override
  public byte[] takeNote() {
    return checkpoints.takeNote();
  }

  @Override
  public void heard(List<byte[]> notes) {
    checkpoints.heard(notes);
  }

  @Override
  public boolean saveDue() {
    return first && timer.due() || decommission.noticed();
  }

  /** Tells the driver of checkpoints. */
  private record CheckpointNews(ProgressClient driver, int rank)
      implements CheckpointWriter.Listener {
    @Override
    public void saved(CheckpointWriter.Saved checkpoint) {
      ObjectNode message = Progress.message("checkpoint").put("step", checkpoint.step());
      message.put("bytes", checkpoint.bytes()).put("seconds", checkpoint.seconds());
      tell(message.put("snapshot_ms", checkpoint.heldMs()));
    }

    @Override
    public void failed(long step, String reason) {
      tell(Progress.message("checkpoint_failed").put("step", step).put("reason", reason));
    }

    private void tell(ObjectNode message) {
      try {
        driver.send(message);
      } catch (IOException e) {
        throw new ClusterException(
            "rank " + rank + " cannot reach the driver: " + e.getMessage(), e);
      }
    }
  }

  private Map<String, byte[]> describe(ShardManifest corpus) {
    Map<String, String> settings = new TreeMap<>();
    for (String assignment : spec.settings()) {
      int equals = assignment.indexOf('=');
      settings.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return RunDescription.of(corpus, config, settings, start.base())
        .files(start.shape(), start.vocabulary());
  }

  @Override
  public boolean stopRequested() {
    return driver.stopRequested();
  }

  @Override
  public void checkCancelled() {
    status.goesOn();
    if (driver.lost()) {
      throw new ClusterException("rank " + task.partitionId() + ": the driver is gone");
    }
    if (task.isInterrupted() || Thread.currentThread().isInterrupted()) {
      throw new ClusterException("rank " + task.partitionId() + ": the task was cancelled");
    }
  }

  /** Waits for the last checkpoint. */
  @Override
  public void close() {
    checkpoints.close();
  }
}
