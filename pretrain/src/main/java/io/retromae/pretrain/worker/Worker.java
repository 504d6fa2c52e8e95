package io.retromae.pretrain.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.shard.ShardManifest;
import io.retromae.pretrain.batch.BatchQueue;
import io.retromae.pretrain.batch.CorpusBatches;
import io.retromae.pretrain.batch.EvaluationBatches;
import io.retromae.pretrain.batch.TrainingCorpus;
import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.ModelStart;
import io.retromae.pretrain.metrics.Progress;
import io.retromae.pretrain.model.TorchRuntime;
import io.retromae.pretrain.train.Evaluator;
import io.retromae.pretrain.train.RunPlan;
import io.retromae.pretrain.train.Trainer;
import io.retromae.pretrain.train.TrainingHooks;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.TaskFailureListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One barrier task: joins the others, takes up the newest checkpoint and trains. */
public final class Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final WorkerSpec spec;
  private final BarrierTaskContext task;
  private final int rank;
  private final PretrainConfig config;
  private Optional<Collective> collective = Optional.empty();
  private Optional<String> abortCause = Optional.empty();
  private Optional<FailureKind> kind = Optional.empty();

  private Worker(WorkerSpec spec, BarrierTaskContext task) {
    this.spec = spec;
    this.task = task;
    this.rank = task.partitionId();
    this.config = spec.config();
  }

  /**
   * What connects a task with the driver.
   *
   * @param driver takes messages at once
   * @param status for the signs of life
   * @param counters reach the driver when the task has ended well
   */
  record Links(ProgressClient driver, WorkerStatus status, WorkCounters counters) {}

  /** Runs the task; on failure the driver has been told the cause before this throws. */
  @SuppressWarnings("try") // the heartbeat is held, not used
  public static void run(WorkerSpec spec, WorkCounters counters, BarrierTaskContext task)
      throws IOException {
    Worker worker = new Worker(spec, task);
    WorkerStatus status = new WorkerStatus(worker.rank);
    Duration timeout = Duration.ofSeconds(worker.config.cluster().timeoutSeconds());
    task.addTaskFailureListener(
        (TaskFailureListener) (context, e) -> worker.abort("the task has failed"));
    try (ProgressClient driver =
            ProgressClient.connect(spec, worker.rank, () -> worker.abort("the driver is gone"));
        Heartbeat beating =
            Heartbeat.start(
                status,
                driver,
                timeout,
                task::isInterrupted,
                () -> worker.abort("the task was cancelled"))) {
      try {
        worker.train(new Links(driver, status, counters));
        driver.send(Progress.message("done").put("rank", worker.rank));
      } catch (IOException | RuntimeException | Error e) { // not enough memory is an Error
        driver.send(worker.failure(e));
        throw e;
      }
    }
  }

  private void train(Links links) throws IOException {
    ProgressClient driver = links.driver();
    StartupClock clock = new StartupClock("rank-" + rank);
    clock.done("begin");
    ObjectNode hello = Progress.message("worker").put("rank", rank);
    hello.put("host", SparkEnv.get().blockManager().blockManagerId().host());
    hello.put("executor", SparkEnv.get().executorId());
    hello.put("pid", ProcessHandle.current().pid());
    int threads = config.cluster().threadsPerWorker().orElseGet(task::cpus);
    hello.put("engine", TorchRuntime.start(threads)).put("threads", threads);
    DeviceChoice device =
        DeviceChoice.ofTask(
            config.compute().device(), task, VisibleGpus.of(TorchRuntime.gpus(), System.getenv()));
    hello.put("device", device.identity());
    driver.send(hello);
    clock.done("engine");
    links.status().begins("joining");
    RunPlan plan = spec.plan(config);
    CheckpointStore checkpoints = new CheckpointStore(spec.storage(), spec.runFolder());
    ModelStart start = start(checkpoints);
    ShardManifest manifest = ShardManifest.open(spec.storage(), config.corpus());
    TrainingCorpus corpus = TrainingCorpus.of(spec.storage(), config, manifest);
    clock.done("corpus");
    // Spark cancels by interrupting this thread: channels then close, and between two calls into
    // native code the loop asks the observer.
    try (CorpusBatches batches =
            CorpusBatches.of(corpus, config, start.tokens(), spec.epochEnds());
        Collective ring = Rendezvous.join(spec, task, config, device, WorkerView.of(spec, corpus));
        Replica replica = new Replica(start, device, plan.totalSteps(), ring);
        EvaluationBatches heldOut =
            EvaluationBatches.open(spec.storage(), config, manifest, start.tokens());
        WorkerObserver observer =
            new WorkerObserver(spec, start, manifest, links, task, replica, clock)) {
      connected(ring);
      clock.done("join_and_model");
      links.status().begins("restoring");
      orTellTheOthers(
          () -> {
            TrainingState state = replica.restore(checkpoints, spec.resumeFrom());
            observer.begin();
            clock.done("restore");
            links.status().stepDone(state.step());
            Evaluator evaluator =
                new Evaluator(replica.model(), ring, heldOut.count(), heldOut::batch);
            BatchQueue.Order order = plan.order(state.step(), rank);
            try (BatchQueue ahead =
                BatchQueue.start(batches, order, config.data().prefetchBatches())) {
              Trainer.Parts parts =
                  new Trainer.Parts(replica.model(), replica.optimizer(), ring, ahead, evaluator);
              links.status().begins("training");
              new Trainer(parts, plan, new TrainingHooks(observer, observer, observer))
                  .train(state);
            }
            links.status().begins("leaving");
            ring.barrier(); // nobody leaves while another may still need it
          });
    }
  }

  private ModelStart start(CheckpointStore checkpoints) {
    return spec.resumeFrom().isEmpty()
        ? ModelStart.of(spec.storage(), config)
        : ModelStart.ofCheckpoint(spec.storage(), config, checkpoints.files(spec.resumeFrom()));
  }

  /** What the ranks do together. */
  private interface Work {
    public void run() throws IOException;
  }

  /** Tells the others why this rank leaves, before anything is closed: closing may take long. */
  private void orTellTheOthers(Work work) throws IOException {
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      kind = Optional.of(FailureKind.of(e, task.isInterrupted()));
      abort(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** A cause may have come while this rank was joining. */
  private synchronized void connected(Collective ring) {
    collective = Optional.of(ring);
    abortCause.ifPresent(ring::abort);
  }

  /** Ends what this rank does together with the others; the first cause counts. */
  private synchronized void abort(String cause) {
    if (abortCause.isEmpty()) {
      LOG.info("event=abort rank={} cause={}", rank, cause);
      abortCause = Optional.of("rank " + rank + ": " + cause);
      collective.ifPresent(ring -> ring.abort(abortCause.get()));
    }
  }

  private ObjectNode failure(Throwable e) {
    // What this rank's failure made of the others may have cancelled its task in the meantime.
    FailureKind told = kind.orElseGet(() -> FailureKind.of(e, task.isInterrupted()));
    String message = told == FailureKind.OWN ? "rank " + rank + ": " + e : e.getMessage();
    ObjectNode failure = Progress.message("failure").put("rank", rank);
    return failure.put("kind", told.text()).put("reason", String.valueOf(message));
  }
}
