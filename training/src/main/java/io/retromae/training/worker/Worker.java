package io.retromae.training.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.collective.Collective;
import io.retromae.training.device.DeviceChoice;
import io.retromae.training.device.DevicePeak;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.loop.TrainingHooks;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.metrics.Progress;
import io.retromae.training.settings.TrainingSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.TaskFailureListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One barrier task: joins the others, takes up the newest checkpoint and trains. */
public final class Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final WorkerSpec spec;
  private final BarrierTaskContext task;
  private final int rank;
  private final TrainingSettings settings;
  private Optional<Collective> collective = Optional.empty();
  private Optional<String> abortCause = Optional.empty();
  private Optional<FailureKind> kind = Optional.empty();

  private Worker(WorkerSpec spec, BarrierTaskContext task) {
    this.spec = spec;
    this.task = task;
    this.rank = task.partitionId();
    this.settings = spec.task().settings();
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
    Duration timeout = Duration.ofSeconds(worker.settings.cluster().timeoutSeconds());
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
    StartupClock clock = new StartupClock("rank-" + rank);
    clock.done("begin");
    DeviceChoice device = startEngine(links.driver());
    clock.done("engine");
    links.status().begins("measuring the device");
    DevicePeak peak =
        DevicePeak.of(device, settings.compute(), settings.logging().peakTflops(), threads());
    clock.done("peak");
    links.status().begins("joining");
    train(spec.task(), new Machine(device, peak), links, clock);
  }

  /** What a task computes on, and how fast that is. */
  private record Machine(DeviceChoice device, DevicePeak peak) {}

  private int threads() {
    return settings.cluster().threadsPerWorker().orElseGet(task::cpus);
  }

  /** Starts libtorch, finds the device and tells the driver where this rank is. */
  private DeviceChoice startEngine(ProgressClient driver) throws IOException {
    ObjectNode hello = Progress.message("worker").put("rank", rank);
    hello.put("host", SparkEnv.get().blockManager().blockManagerId().host());
    hello.put("executor", SparkEnv.get().executorId());
    hello.put("pid", ProcessHandle.current().pid());
    hello.put("engine", TorchRuntime.start(threads())).put("threads", threads());
    DeviceChoice device = DeviceChoice.here(settings.compute().device(), gpuAddresses());
    hello.put("device", device.identity());
    driver.send(hello);
    return device;
  }

  private List<String> gpuAddresses() {
    ResourceInformation gpus = task.resourcesJMap().get(DeviceChoice.RESOURCE);
    return gpus == null ? List.of() : List.of(gpus.addresses());
  }

  private void train(TrainingTask training, Machine machine, Links links, StartupClock clock)
      throws IOException {
    Course course = Course.of(training, spec.worldSize(), spec.extensions());
    CheckpointStore checkpoints = new CheckpointStore(spec.storage(), spec.runFolder());
    // Spark cancels by interrupting this thread: channels then close, and between two calls into
    // native code the loop asks whether it is cancelled.
    try (TrainingInput<?> input = training.open(spec.storage(), checkpoint(checkpoints));
        Collective ranks = join(input, machine.device(), clock);
        RankTraining<?> rankTraining =
            new RankTraining<>(settings, course, input, machine.device(), ranks);
        CheckpointSaver saver = saver(checkpoints, input, rankTraining.replica(), links)) {
      StepReporter reporter =
          new StepReporter(
              rank,
              links,
              rankTraining.terms(),
              settings.logging().loggingSteps(),
              course.plan().totalSteps(),
              clock);
      connected(ranks);
      clock.done("join_and_model");
      links.status().begins("restoring");
      orTellTheOthers(
          () -> {
            TrainingState state = rankTraining.restore(checkpoints, spec.resumeFrom());
            saver.begin();
            DevicePeak all = DevicePeak.sum(ranks.allGather(machine.peak().toBytes()));
            reporter.begin(all, ranks.worldSize());
            clock.done("restore");
            links.status().stepDone(state.step());
            links.status().begins("training");
            rankTraining.train(state, new TrainingHooks(reporter, saver, cancellation(links)));
            links.status().begins("leaving");
            ranks.barrier(); // nobody leaves while another may still need it
          });
    }
  }

  private Optional<String> checkpoint(CheckpointStore checkpoints) {
    return spec.resumeFrom().isEmpty()
        ? Optional.empty()
        : Optional.of(checkpoints.files(spec.resumeFrom()));
  }

  private Collective join(TrainingInput<?> input, DeviceChoice device, StartupClock clock)
      throws IOException {
    clock.done("corpus");
    WorkerView view = new WorkerView(spec.task().view().settings(), input.corpusFingerprint());
    return Rendezvous.join(spec, task, settings, device, view);
  }

  private CheckpointSaver saver(
      CheckpointStore checkpoints, TrainingInput<?> input, Replica replica, Links links) {
    Map<String, byte[]> description = replica.share().first() ? input.describe() : Map.of();
    return new CheckpointSaver(
        replica,
        new CheckpointSaver.Run(checkpoints, description, spec.attempt(), settings.checkpoint()),
        new Decommission()::noticed,
        new CheckpointNews(links.driver(), rank));
  }

  private TaskCancellation cancellation(Links links) {
    return new TaskCancellation(rank, links.driver(), links.status(), task::isInterrupted);
  }

  /** What the ranks do together. */
  private interface Work {
    void run() throws IOException;
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
  private synchronized void connected(Collective ranks) {
    collective = Optional.of(ranks);
    abortCause.ifPresent(ranks::abort);
  }

  /** Ends what this rank does together with the others; the first cause counts. */
  private synchronized void abort(String cause) {
    if (abortCause.isEmpty()) {
      LOG.info("event=abort rank={} cause={}", rank, cause);
      abortCause = Optional.of("rank " + rank + ": " + cause);
      collective.ifPresent(ranks -> ranks.abort(abortCause.get()));
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
