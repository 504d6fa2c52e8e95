package io.retromae.training.attempt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Selection;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.metrics.SelectionLine;
import io.retromae.training.metrics.Tracker;
import io.retromae.training.worker.WorkCounters;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Starts attempts from the newest whole checkpoint until the run is done, each with as many workers
 * as the cluster has room for. Spark never retries a failed barrier stage whose result it collects,
 * and would count retries over the whole run; so the loop is here, and failures count only until
 * the next checkpoint.
 */
public final class RetryLoop {
  private final TrainingRun run;
  private final Owner owner;
  private final SlotWait slots;
  private final Tracker metrics;
  private final RunConsole console;
  private final CheckpointStore checkpoints;
  private final SelectionRule selection;
  private final WorkCounters counters;
  private final FailureCount failures;
  private final StorageRetry storageRetry;
  private Optional<CheckpointRef> newest = Optional.empty();
  private boolean begun;

  /**
   * That the run is still this driver's.
   *
   * @param folder of the run
   * @param claimed what this driver has claimed
   */
  record Owner(RunFolder folder, RunFolder.Claimed claimed) {
    /**
     * Asks the folder.
     *
     * @throws ClusterException if it is another's
     */
    void check(StorageRetry retry, StopRequest stop) throws IOException {
      folder.refuseOthers(claimed, retry.ask(folder::start, stop));
    }
  }

  /** Tells the run's story to metrics and console. */
  RetryLoop(TrainingRun run, Owner owner, SlotWait slots, Tracker metrics, RunConsole console) {
    this.run = run;
    this.owner = owner;
    this.slots = slots;
    this.metrics = metrics;
    this.console = console;
    this.checkpoints = new CheckpointStore(run.storage(), run.folder());
    this.selection = run.selection();
    this.counters = WorkCounters.register(run.spark());
    this.failures = new FailureCount(run.cluster().maxFailuresWithoutProgress());
    this.storageRetry = new StorageRetry(console);
  }

  /**
   * Trains until the plan's last step, or a stop, or until the run gets no better.
   *
   * @throws ConfigException, CorruptDataException or ClusterException with the first cause
   */
  public TrainingState train(StopRequest stop) throws IOException {
    goOnFrom(checkpoints.newest());
    newest.map(CheckpointRef::state).filter(this::hasMoreSteps).ifPresent(this::sayWhatIsForgotten);
    int workers = run.cluster().workers();
    boolean planned = false; // whether the attempt before ended well, to grow
    while (!isOver() && !stop.made()) {
      OptionalInt room = planned ? slots.forThoseThere(stop) : slots.forAll(stop);
      if (room.isEmpty()) {
        break;
      }
      int before = workers;
      workers = room.getAsInt();
      AttemptLog log = new AttemptLog(console, metrics, run.totalSteps());
      log.workers(before, workers, state().step());
      planned = attempt(start(workers, stop), log, stop);
      begun = true;
    }
    owner.check(storageRetry, stop);
    return state();
  }

  /** Figures of other measurements are not compared, and nobody shall think they were. */
  private void sayWhatIsForgotten(TrainingState before) {
    Selection choice = before.selection();
    selection
        .forgets(choice)
        .ifPresent(
            why -> {
              ObjectNode event = SelectionLine.forgotten(before.step(), choice, why);
              console.line(SelectionLine.forgottenLine(event));
              metrics.add(event.put("time", Instant.now().toString()));
            });
  }

  private boolean isOver() {
    return !hasMoreSteps(state()) || selection.ends(state().selection());
  }

  /**
   * Another driver may have claimed the run while this one waited for slots, too. It is looked for
   * before, so as not to fence it; and after, where one that comes later fences this one.
   */
  private Attempt.Start start(int workers, StopRequest stop) throws IOException {
    owner.check(storageRetry, stop);
    // Storage that cannot be written when the job begins will not mend itself.
    long number =
        begun ? storageRetry.ask(checkpoints::claimAttempt, stop) : checkpoints.claimAttempt();
    owner.check(storageRetry, stop);
    String checkpoint = newest.map(CheckpointRef::name).orElse("");
    return new Attempt.Start(number, workers, state().step(), checkpoint);
  }

  /** Where nothing is left to be measured, what was chosen stands, by whatever it was measured. */
  private TrainingState state() {
    TrainingState saved = newest.map(CheckpointRef::state).orElse(TrainingState.START);
    return hasMoreSteps(saved) ? saved.begun(selection) : saved;
  }

  private boolean hasMoreSteps(TrainingState state) {
    return state.step() < run.totalSteps();
  }

  /** Returns whether it ended well; throws if the job cannot go on. */
  private boolean attempt(Attempt.Start start, AttemptLog log, StopRequest stop)
      throws IOException {
    try {
      Optional<ClusterException> failure = outcome(start, log, stop);
      goOnFrom(storageRetry.ask(() -> newestAfter(start.number()), stop));
      if (failure.isPresent()) {
        giveUpOrExplain(failure.get(), log);
      }
      return failure.isEmpty();
    } finally {
      metrics.publish();
    }
  }

  private Optional<ClusterException> outcome(Attempt.Start start, AttemptLog log, StopRequest stop)
      throws IOException {
    try {
      new Attempt(run, start, slots, counters, log).run(stop);
      return Optional.empty();
    } catch (ClusterException e) {
      return Optional.of(e);
    }
  }

  /** What an attempt saved it has read back; an older checkpoint may be why it failed. */
  private Optional<CheckpointRef> newestAfter(long attempt) throws IOException {
    Optional<CheckpointRef> found = checkpoints.newest(CheckpointStore.Check.SIZES);
    return found.filter(checkpoint -> checkpoint.attempt() == attempt).isPresent()
        ? found
        : checkpoints.newest();
  }

  private void goOnFrom(Optional<CheckpointRef> checkpoint) {
    newest = checkpoint;
    metrics.rewindTo(state().step());
  }

  private void giveUpOrExplain(ClusterException failure, AttemptLog log) {
    Causes.Cause cause = log.firstCause(failure.getMessage());
    switch (cause.kind()) {
      case CONFIG -> throw new ConfigException(cause.text(), failure);
      case DATA -> throw new CorruptDataException(cause.text(), failure);
      case CLUSTER, CANCELLED, OWN -> goOnUnlessTooMany(failure, log, cause.text());
    }
  }

  private void goOnUnlessTooMany(ClusterException failure, AttemptLog log, String cause) {
    long step = state().step();
    if (!log.hasVerdict() && BarrierTraining.wasCancelled(failure)) {
      throw new ClusterException(
          "cancelled from outside (%s); the same command goes on from step %d"
              .formatted(failure.getMessage(), step),
          failure);
    }
    failures.add(cause, step);
    if (failures.tooMany()) {
      throw new ClusterException(
          "gave up at step %d after %s: %s".formatted(step, failures.count(), failures.describe()),
          failure);
    }
    log.failed(cause, step, failures.count());
  }
}
