package io.retromae.pretrain.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.pretrain.batch.BatchQueue;
import io.retromae.pretrain.batch.CorpusBatches;
import io.retromae.pretrain.batch.EvaluationBatches;
import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.model.TorchRuntime;
import io.retromae.pretrain.train.Evaluator;
import io.retromae.pretrain.train.RunPlan;
import io.retromae.pretrain.train.Trainer;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One barrier task: joins the others, takes up the newest checkpoint and trains. */
final class Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final WorkerSpec spec;
  private final BarrierTaskContext task;
  private final int rank;
  private final PretrainConfig config;
  private final AtomicReference<Collective> collective = new AtomicReference<>();

  private Worker(WorkerSpec spec, BarrierTaskContext task) {
    this.spec = spec;
    this.task = task;
    this.rank = task.partitionId();
    this.config = spec.config();
  }

  /** Runs the task; on failure the driver has been told the cause before this throws. */
  static void run(WorkerSpec spec, BarrierTaskContext task) throws IOException {
    Worker worker = new Worker(spec, task);
    try (ProgressClient driver =
        ProgressClient.connect(spec, worker.rank, () -> worker.abort("the driver is gone"))) {
      try {
        worker.train(driver);
      } catch (IOException | RuntimeException | Error e) { // not enough memory is an Error
        driver.send(worker.failure(e));
        throw e;
      }
    }
  }

  private void train(ProgressClient driver) throws IOException {
    ObjectNode hello = Progress.message("worker").put("rank", rank);
    hello.put("host", SparkEnv.get().blockManager().blockManagerId().host());
    hello.put("pid", ProcessHandle.current().pid());
    int threads = config.cluster().threadsPerWorker().orElseGet(task::cpus);
    hello.put("engine", TorchRuntime.start(threads)).put("threads", threads);
    DeviceChoice device =
        DeviceChoice.ofTask(
            config.compute().device(), task, VisibleGpus.of(TorchRuntime.gpus(), System.getenv()));
    hello.put("device", device.identity());
    driver.send(hello);
    RunPlan plan = spec.plan(config);
    ModelStart start = ModelStart.of(spec.storage(), config);
    // Spark cancels by interrupting this thread: channels then close, and between two calls into
    // native code the loop asks the observer.
    try (Collective ring = Rendezvous.join(spec, task, config.cluster(), device);
        Replica replica = new Replica(start, device, plan.totalSteps(), ring);
        CorpusBatches batches =
            CorpusBatches.open(spec.storage(), config, start.tokens(), spec.epochEnds());
        EvaluationBatches heldOut = EvaluationBatches.open(spec.storage(), config, start.tokens());
        WorkerObserver observer = new WorkerObserver(spec, start, driver, task, replica)) {
      collective.set(ring);
      CheckpointStore checkpoints = new CheckpointStore(spec.storage(), spec.runFolder());
      TrainingState state = replica.restore(checkpoints, spec.resumeFrom());
      observer.begin();
      Evaluator evaluator = new Evaluator(replica.model(), ring, heldOut.count(), heldOut::batch);
      try (BatchQueue ahead =
          BatchQueue.start(
              batches, plan.order(state.step(), rank), config.data().prefetchBatches())) {
        Trainer.Parts parts =
            new Trainer.Parts(replica.model(), replica.optimizer(), ring, ahead, evaluator);
        new Trainer(parts, plan, observer).train(state);
      }
      ring.barrier(); // nobody leaves while another may still need it
    }
  }

  private void abort(String cause) {
    Collective ring = collective.getAndSet(null);
    if (ring != null) {
      LOG.info("event=abort rank={} cause={}", rank, cause);
      ring.abort("rank " + rank + ": " + cause);
    }
  }

  private ObjectNode failure(Throwable e) {
    String kind =
        e instanceof ConfigException
            ? "config"
            : e instanceof CorruptDataException
                ? "data"
                : e instanceof ClusterException || e instanceof InterruptedIOException
                    ? "cluster"
                    : "bug";
    String message = kind.equals("bug") ? e.toString() : String.valueOf(e.getMessage());
    return Progress.message("failure").put("rank", rank).put("kind", kind).put("reason", message);
  }
}
