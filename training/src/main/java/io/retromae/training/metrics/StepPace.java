package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Tells steps in short lines, with the time that the rest will take at the pace of those told. */
public final class StepPace {
  private final long totalSteps;
  private final LongSupplier clock;
  private long firstStep = -1;
  private long firstNanos;

  /**
   * A pace that is not known yet.
   *
   * @param clock nanoseconds, as {@link System#nanoTime}
   */
  public StepPace(long totalSteps, LongSupplier clock) {
    this.totalSteps = totalSteps;
    this.clock = clock;
  }

  /** The message of a step as a line of less than 100 columns. */
  public String line(JsonNode json) {
    long step = json.get("step").asLong();
    long now = clock.getAsLong();
    if (firstStep < 0) {
      firstStep = step;
      firstNanos = now;
    }
    String eta = "";
    if (step > firstStep) {
      double nanos = (double) (now - firstNanos) / (step - firstStep) * (totalSteps - step);
      Duration left = Duration.ofNanos((long) nanos);
      eta =
          " eta=%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
    }
    return String.format(
        Locale.ROOT,
        "step=%d/%d loss=%.4f lr=%.1e tokens_per_s=%.0f%s%s",
        step,
        totalSteps,
        EventLine.number(json, "loss"),
        EventLine.number(json, "lr"),
        EventLine.number(json, "tokens_per_s"),
        json.has(StepLine.MFU)
            ? String.format(Locale.ROOT, " mfu=%.2f", EventLine.number(json, StepLine.MFU))
            : "",
        eta);
  }
}
