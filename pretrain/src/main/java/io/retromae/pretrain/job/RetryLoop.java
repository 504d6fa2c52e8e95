package io.retromae.pretrain.job;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.pretrain.checkpoint.CheckpointRef;
import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Starts attempts from the newest whole checkpoint until the run is done, each with as many workers
 * as the cluster has room for. Spark never retries a failed barrier stage whose result it collects,
 * and would count retries over the whole run; so the loop is here, and failures count only until
 * the next checkpoint.
 */
final class RetryLoop {
  private final TrainingRun run;
  private final SlotWait slots;
  private final MetricsLog metrics;
  private final RunConsole console;
  private final CheckpointStore checkpoints;
  private final WorkCounters counters;
  private final FailureCount failures;
  private Optional<CheckpointRef> newest = Optional.empty();

  RetryLoop(TrainingRun run, SlotWait slots, MetricsLog metrics, RunConsole console) {
    this.run = run;
    this.slots = slots;
    this.metrics = metrics;
    this.console = console;
    this.checkpoints = new CheckpointStore(run.storage(), run.folder());
    this.counters = WorkCounters.register(run.spark());
    this.failures = new FailureCount(run.cluster().maxFailuresWithoutProgress());
  }

  /**
   * Trains until the plan's last step, or a stop.
   *
   * @throws ConfigException, CorruptDataException or ClusterException with the first cause
   */
  TrainingState train(StopRequest stop) throws IOException {
    TrainingState state = newestState();
    int workers = run.cluster().workers();
    boolean planned = false; // whether the attempt before ended well, to grow
    while (state.step() < run.plan().totalSteps() && !stop.made()) {
      OptionalInt room = planned ? slots.forThoseThere(stop) : slots.forAll(stop);
      if (room.isEmpty()) {
        break;
      }
      int before = workers;
      workers = room.getAsInt();
      AttemptLog log = new AttemptLog(console, metrics);
      log.workers(before, workers, state.step());
      planned = attempt(start(workers, state), log, stop);
      state = newestState();
    }
    return state;
  }

  private Attempt.Start start(int workers, TrainingState state) throws IOException {
    String checkpoint = newest.map(CheckpointRef::name).orElse("");
    return new Attempt.Start(checkpoints.claimAttempt(), workers, state.step(), checkpoint);
  }

  /** Returns whether it ended well; throws if the job cannot go on. */
  private boolean attempt(Attempt.Start start, AttemptLog log, StopRequest stop)
      throws IOException {
    try {
      new Attempt(run, start, slots, counters, log).run(stop);
      return true;
    } catch (ClusterException e) {
      giveUpOrExplain(e, log, start.step());
      return false;
    } finally {
      metrics.publish();
    }
  }

  private TrainingState newestState() throws IOException {
    newest = checkpoints.newest();
    TrainingState state = newest.map(CheckpointRef::state).orElse(TrainingState.START);
    metrics.rewindTo(state.step());
    return state;
  }

  private void giveUpOrExplain(ClusterException failure, AttemptLog log, long startStep)
      throws IOException {
    Causes.Cause cause = log.firstCause(failure.getMessage());
    switch (cause.kind()) {
      case CONFIG -> throw new ConfigException(cause.text(), failure);
      case DATA -> throw new CorruptDataException(cause.text(), failure);
      case CLUSTER, CANCELLED, OWN -> goOnUnlessTooMany(failure, log, cause.text(), startStep);
    }
  }

  private void goOnUnlessTooMany(
      ClusterException failure, AttemptLog log, String cause, long startStep) throws IOException {
    long step = newestState().step();
    if (!log.hasVerdict() && BarrierTraining.wasCancelled(failure)) {
      throw new ClusterException(
          "cancelled from outside (%s); the same command goes on from step %d"
              .formatted(failure.getMessage(), step),
          failure);
    }
    failures.add(cause, step > startStep);
    if (failures.tooMany()) {
      throw new ClusterException(
          "gave up at step %d after %s: %s".formatted(step, failures.count(), failures.describe()),
          failure);
    }
    log.failed(cause, step, failures.count());
  }
}
