package io.retromae.training.worker;

import io.retromae.core.storage.Storage;
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
import io.retromae.training.loop.StepListener;
import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.TrainingHooks;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Probe;
import io.retromae.training.measure.Selection;
import io.retromae.training.memory.HostVector;
import io.retromae.training.optimize.Extension;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * A run of all ranks in this process, without Spark: what workers do from the newest checkpoint on,
 * told where to be interrupted.
 */
public class RankRun {
  private final Storage storage = new Storage(new Configuration());
  private final TrainingTask task;
  private final CheckpointStore checkpoints;

  /** Every step that was done, those done again included. */
  public final List<StepReport> steps = new ArrayList<>();

  /** Every evaluation, those done again included. */
  public final List<EvaluationReport> evaluations = new ArrayList<>();

  /** Everything that the probe measured, what it measured again included. */
  public final List<Probe.Report> probes = new ArrayList<>();

  /** Steps at which a start ended early. */
  public final List<Long> endedAt = new ArrayList<>();

  /** Name of the checkpoint that the last start took up; empty if none. */
  public String resumedFrom = "";

  /** By which the run got more steps than at first. */
  public List<Extension> extensions = List.of();

  private Optional<TrainingVectors> vectors = Optional.empty();

  /**
   * A run.
   *
   * @param output folder of the run
   */
  public RankRun(TrainingTask task, Path output) {
    this.task = task;
    this.checkpoints = new CheckpointStore(storage, output.toString());
  }

  /** How a start ends before its time. */
  public sealed interface Interruption {
    /** Not at all. */
    record None() implements Interruption {}

    /** A stop is asked for before this step ends. */
    record Stop(long step) implements Interruption {}

    /** The process dies when this step has been reported. */
    record Crash(long step) implements Interruption {}

    /**
     * One worker dies inside a step, when it has come to the n-th of the points there: each
     * operation between ranks, and each time it looks whether it was cancelled.
     *
     * @param passed receives the points that it came to, the last one included
     */
    record Fault(long step, int rank, int number, List<String> passed) implements Interruption {}
  }

  /** The death of a worker. */
  static final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crashed() {
      super("crashed on purpose");
    }
  }

  /** Trains from the newest checkpoint until the end or the interruption. */
  public TrainingState start(Interruption interruption) throws Exception {
    String from = checkpoints.newest().map(CheckpointRef::name).orElse("");
    resumedFrom = from;
    long attempt = checkpoints.claimAttempt();
    vectors = Optional.empty();
    List<Outcome<TrainingState>> ends =
        RankThreads.run(
            task.settings().cluster().workers(),
            ranks -> train(ranks, from, attempt, interruption));
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
    Course course = Course.of(task, ranks.worldSize(), extensions);
    var run = new CheckpointSaver.Run(checkpoints, Map.of(), attempt, task.settings().checkpoint());
    var faults = new Faults(ranks.rank(), interruption);
    try (TrainingInput<?> input = task.open(storage, Optional.empty());
        RankTraining<?> rank =
            new RankTraining<>(
                task.settings(), course, input, DeviceChoice.ON_CPU, faults.among(ranks));
        CheckpointSaver saver = new CheckpointSaver(rank.replica(), run, () -> false, new Deaf())) {
      TrainingState state = rank.restore(checkpoints, from);
      faults.stepsDone = state.step();
      var observer = new Observer(rank.replica().share().first(), interruption, faults);
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
  public List<ByteBuffer> vectors() {
    TrainingVectors whole = vectors.orElseThrow();
    return List.of(
        whole.parameters().whole(), whole.firstMoment().whole(), whole.secondMoment().whole());
  }

  /** Steps of the whole run. */
  public long totalSteps() {
    return task.plan(1).totalSteps();
  }

  /** Where one worker dies inside a step. */
  private static final class Faults {
    private static final Set<String> BETWEEN_RANKS =
        Set.of("allReduceSum", "reduceScatterSum", "allGather", "broadcast", "barrier");

    private final int rank;
    private final Interruption interruption;
    private long stepsDone;

    Faults(int rank, Interruption interruption) {
      this.rank = rank;
      this.interruption = interruption;
    }

    void at(String point) {
      if (interruption instanceof Interruption.Fault fault
          && fault.rank() == rank
          && fault.step() == stepsDone + 1) {
        fault.passed().add(point);
        if (fault.passed().size() == fault.number()) {
          throw new Crashed();
        }
      }
    }

    /** The same collective, which asks at each operation. */
    Collective among(Collective ranks) {
      return (Collective)
          Proxy.newProxyInstance(
              Collective.class.getClassLoader(),
              new Class<?>[] {Collective.class},
              (proxy, method, arguments) -> {
                if (BETWEEN_RANKS.contains(method.getName())) {
                  at(method.getName());
                }
                try {
                  return method.invoke(ranks, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
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
    private final Faults faults;
    private long reached;

    Observer(boolean first, Interruption interruption, Faults faults) {
      this.first = first;
      this.interruption = interruption;
      this.faults = faults;
    }

    @Override
    public void stepDone(StepReport report) {
      reached = report.step();
      faults.stepsDone = reached;
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
      faults.at("checkCancelled");
    }
  }
}
