package io.retromae.pretrain.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * Collects what the workers of one attempt report: steps and checkpoints to console and metrics,
 * failures to find the first cause among them.
 */
final class AttemptLog {
  private final RunConsole console;
  private final MetricsLog metrics;
  private ObjectNode firstFailure = Progress.message("none");

  AttemptLog(RunConsole console, MetricsLog metrics) {
    this.console = console;
    this.metrics = metrics;
  }

  synchronized void accept(int rank, ObjectNode message) {
    message.put("time", Instant.now().toString());
    switch (message.get("event").asText()) {
      case "step" -> {
        console.line(StepLine.toLine(message));
        message.remove("event");
        metrics.add(message);
      }
      case "eval" -> {
        console.line(EvaluationLine.toLine(message));
        message.remove("event");
        metrics.add(message);
      }
      case "checkpoint" -> {
        console.line(EventLine.checkpoint(message));
        metrics.add(message);
        metrics.publish();
      }
      case "checkpoint_failed" -> tell(message, EventLine.checkpointFailed(message));
      case "step_skipped" -> tell(message, EventLine.stepSkipped(message));
      case "loss_spike" -> tell(message, EventLine.lossSpike(message));
      case "worker" -> tell(message, EventLine.worker(rank, message));
      case "failure" -> {
        // A worker that only heard of another's failure names it; the cause is what came first.
        if (firstFailure.get("event").asText().equals("none")) {
          firstFailure = message;
        }
        metrics.add(message);
      }
      default -> throw new IllegalArgumentException(message.toString());
    }
  }

  private void tell(ObjectNode message, String line) {
    console.line(line);
    metrics.add(message);
  }

  /** What the first worker to fail said; empty if it died without a word. */
  synchronized Optional<String> firstCause() {
    return Optional.ofNullable(firstFailure.get("reason")).map(reason -> reason.asText());
  }

  /** config, data, cluster or bug; empty text if no worker said. */
  synchronized String kind() {
    return firstFailure.path("kind").asText("");
  }

  synchronized void failed(String cause, long step, int failures, int allowed) {
    console.line(
        "event=failure cause=\"%s\"; continuing from step %d (failure %d of %d without progress)"
            .formatted(cause, step, failures, allowed));
    ObjectNode event = Progress.message("resume").put("step", step);
    event.put("cause", cause).put("time", Instant.now().toString());
    metrics.add(event);
  }
}
