package io.retromae.training.attempt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.metrics.EvaluationLine;
import io.retromae.training.metrics.EventLine;
import io.retromae.training.metrics.ProbeLine;
import io.retromae.training.metrics.Progress;
import io.retromae.training.metrics.ProgressWindow;
import io.retromae.training.metrics.SelectionLine;
import io.retromae.training.metrics.StepLine;
import io.retromae.training.metrics.StepPace;
import io.retromae.training.metrics.Tracker;
import io.retromae.training.worker.FailureKind;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Collects what the workers of one attempt report: steps and checkpoints to console and metrics,
 * failures to find the first cause among them.
 */
final class AttemptLog {
  /** News of a run are not older, however seldom it saves. */
  private static final long PUBLISH_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final RunConsole console;
  private final Tracker metrics;
  private final StepPace pace;
  private final Causes causes = new Causes();
  private final Map<Integer, String> executors = new HashMap<>();
  private final LongSupplier clock;
  private long published;

  AttemptLog(RunConsole console, Tracker metrics, long totalSteps) {
    this(console, metrics, totalSteps, System::nanoTime);
  }

  /**
   * A log.
   *
   * @param clock nanoseconds, as {@link System#nanoTime}
   */
  AttemptLog(RunConsole console, Tracker metrics, long totalSteps, LongSupplier clock) {
    this.console = console;
    this.metrics = metrics;
    this.pace = new StepPace(totalSteps, clock);
    this.clock = clock;
    this.published = clock.getAsLong();
  }

  synchronized void accept(int rank, ObjectNode message) {
    message.put("time", Instant.now().toString());
    causes.came(rank);
    switch (message.get("event").asText()) {
      case "step" -> {
        if (console.brief()) {
          console.progress(pace.line(message));
        } else {
          console.line(StepLine.toLine(message));
        }
        message.remove("event");
        metrics.add(message);
      }
      case EvaluationLine.EVENT -> {
        console.line(EvaluationLine.toLine(message));
        message.remove("event");
        metrics.add(message);
      }
      case ProbeLine.EVENT -> {
        console.line(ProbeLine.toLine(message));
        message.remove("event");
        metrics.add(message);
      }
      case SelectionLine.BEST, SelectionLine.EARLY_STOP ->
          tell(message, SelectionLine.toLine(message));
      case "checkpoint" -> {
        console.line(EventLine.checkpoint(message));
        metrics.add(message);
        publish();
      }
      case "checkpoint_failed" -> tell(message, EventLine.checkpointFailed(message));
      case "step_skipped" -> tell(message, EventLine.stepSkipped(message));
      case "loss_spike" -> tell(message, EventLine.lossSpike(message));
      case "worker" -> {
        String executor = message.path("executor").asText();
        executors.put(rank, executor);
        causes.place(rank, "executor %s on %s".formatted(executor, message.path("host").asText()));
        tell(message, EventLine.worker(rank, message));
      }
      case "peak" -> tell(message, EventLine.peak(message));
      case "progress" -> {
        if (!console.brief()) { // each step says how long it will take
          console.line(ProgressWindow.toLine(message));
        }
        if (clock.getAsLong() - published >= PUBLISH_NANOS) {
          publish();
        }
      }
      case "failure" -> {
        FailureKind kind = FailureKind.of(message.path("kind").asText());
        causes.said(rank, kind, message.path("reason").asText());
        metrics.add(message);
      }
      case "done" -> causes.done(rank);
      default ->
          throw new IllegalArgumentException(
              "rank %d sent an event of no known kind: %s".formatted(rank, message));
    }
  }

  private void publish() {
    metrics.publish();
    published = clock.getAsLong();
  }

  private void tell(ObjectNode message, String line) {
    console.line(line);
    metrics.add(message);
  }

  /** A rank has given a sign of life. */
  void came(int rank) {
    causes.came(rank);
  }

  /** The driver ends the attempt for this reason; the first one counts. */
  synchronized void judged(String cause) {
    if (!causes.hasVerdict()) {
      console.line("event=cancelled cause=\"" + cause + "\"");
      causes.judged(cause);
    }
  }

  boolean hasVerdict() {
    return causes.hasVerdict();
  }

  /** See {@link Causes#first}. */
  Causes.Cause firstCause(String sparksReason) {
    return causes.first(sparksReason);
  }

  /** The executor that a rank runs in, if it has said so. */
  synchronized Optional<String> executor(int rank) {
    return Optional.ofNullable(executors.get(rank));
  }

  /** Says with how many workers the run begins or goes on, where that is another number. */
  synchronized void workers(int before, int now, long step) {
    if (before != now) {
      ObjectNode event = Progress.message("world_size").put("from", before).put("to", now);
      event.put("step", step).put("time", Instant.now().toString());
      tell(
          event,
          "event=world_size workers=%d instead of %d, from step %d on"
              .formatted(now, before, step));
    }
  }

  synchronized void growing() {
    console.line("event=growing; there is room for more workers: saving, then going on with them");
  }

  synchronized void failed(String cause, long step, String count) {
    console.line(
        "event=failure cause=\"%s\"; continuing from step %d (%s)".formatted(cause, step, count));
    ObjectNode event = Progress.message("resume").put("step", step);
    event.put("cause", cause).put("time", Instant.now().toString());
    metrics.add(event);
  }
}
