package io.retromae.pretrain.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.checkpoint.RunDescription;
import io.retromae.pretrain.checkpoint.Snapshot;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.model.ParameterLayout;
import io.retromae.pretrain.model.RetroMaeModel;
import io.retromae.pretrain.train.Optimizer;
import io.retromae.pretrain.train.StepReport;
import io.retromae.pretrain.train.TrainingObserver;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.spark.BarrierTaskContext;

/**
 * Tells the driver of steps and saves checkpoints. Rank 0 does both; it copies the state and writes
 * in the background, so that the other ranks never wait for storage.
 */
final class WorkerObserver implements TrainingObserver, AutoCloseable {
  private final WorkerSpec spec;
  private final ModelStart start;
  private final PretrainConfig config;
  private final ProgressClient driver;
  private final BarrierTaskContext task;
  private final boolean first;
  private RetroMaeModel model;
  private Optimizer optimizer;
  private Map<String, byte[]> description = Map.of();
  private CompletableFuture<Void> saving = CompletableFuture.completedFuture(null);
  private long tokens;
  private long windowStart = System.nanoTime();

  WorkerObserver(
      WorkerSpec spec, ModelStart start, ProgressClient driver, BarrierTaskContext task) {
    this.spec = spec;
    this.start = start;
    this.config = start.config();
    this.driver = driver;
    this.task = task;
    this.first = task.partitionId() == 0;
  }

  /** Names what is saved; once, before training. */
  void watch(RetroMaeModel trained, Optimizer itsOptimizer) {
    this.model = trained;
    this.optimizer = itsOptimizer;
    this.description = first ? describe() : Map.of();
  }

  static Snapshot.FlatBuffers buffers(RetroMaeModel model, Optimizer optimizer) {
    return new Snapshot.FlatBuffers(
        model.parameterMemory(),
        optimizer.firstMoment().memory(),
        optimizer.secondMoment().memory());
  }

  @Override
  public void stepDone(StepReport report) throws IOException {
    tokens += report.tokens();
    boolean due = report.step() % config.logging().loggingSteps() == 0 || report.step() == 1;
    if (first && (due || report.skipped())) {
      double seconds = (System.nanoTime() - windowStart) / 1e9;
      driver.send(StepLine.toMessage(report, tokens / seconds));
      tokens = 0;
      windowStart = System.nanoTime();
    }
  }

  @Override
  public void save(TrainingState state) throws IOException {
    if (!first) {
      return;
    }
    awaitSaved(); // one at a time, and an error of the last one is not lost
    Snapshot.FlatBuffers copy = buffers(model, optimizer).copy();
    ParameterLayout layout = model.layout();
    saving =
        CompletableFuture.runAsync(
            () -> write(Snapshot.of(state, layout, copy)),
            body -> new Thread(body, "retromae-checkpoint").start());
  }

  private void write(Snapshot snapshot) {
    long began = System.nanoTime();
    try {
      CheckpointStore store = new CheckpointStore(spec.storage(), spec.runFolder());
      int keep = config.checkpoint().saveTotalLimit();
      long bytes = store.save(snapshot, description, spec.attempt(), keep);
      ObjectNode message = Progress.message("checkpoint").put("step", snapshot.state().step());
      message.put("bytes", bytes).put("seconds", (System.nanoTime() - began) / 1e9);
      driver.send(message);
    } catch (IOException e) {
      throw new ClusterException(
          "rank 0 cannot save step %d: %s".formatted(snapshot.state().step(), e.getMessage()), e);
    }
  }

  private Map<String, byte[]> describe() {
    ShardManifest corpus = ShardManifest.open(spec.storage(), config.corpus());
    Map<String, String> settings = new TreeMap<>();
    for (String assignment : spec.settings()) {
      int equals = assignment.indexOf('=');
      settings.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    String method = config.objective().method().toString().toLowerCase(Locale.ROOT);
    return RunDescription.of(corpus, config.data().maxSeqLength(), method, settings)
        .files(start.shape(), start.vocabulary());
  }

  private void awaitSaved() {
    try {
      saving.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public boolean stopRequested() {
    return driver.stopRequested();
  }

  @Override
  public void checkCancelled() {
    if (task.isInterrupted() || Thread.currentThread().isInterrupted()) {
      throw new ClusterException("rank " + task.partitionId() + ": the task was cancelled");
    }
  }

  /** Waits for the last checkpoint. */
  @Override
  public void close() {
    awaitSaved();
  }
}
