package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.optimize.ExtendedLearningRate;
import io.retromae.training.optimize.Extension;
import io.retromae.training.settings.OptimizerSettings;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** That a run goes on to more steps than it was planned for, and what its rate becomes. */
public final class ExtensionLine {
  private ExtensionLine() {}

  /**
   * For the metrics.
   *
   * @param extension the last one
   * @param all of the run, that one included
   */
  public static ObjectNode of(
      Extension extension, List<Extension> all, OptimizerSettings optimizer) {
    long update = extension.fromUpdate();
    List<Extension> before = all.subList(0, all.size() - 1);
    double was =
        ExtendedLearningRate.of(optimizer, extension.plannedSteps(), before)
            .rate(Math.max(0, update - 1));
    double next = ExtendedLearningRate.of(optimizer, extension.toSteps(), all).rate(update);
    return Progress.message("extend")
        .put("step", extension.fromStep())
        .put("planned", extension.plannedSteps())
        .put("total", extension.toSteps())
        .put("how", extension.how().name().toLowerCase(Locale.ROOT))
        .put("lr_before", was)
        .put("lr", next)
        .put("time", Instant.now().toString());
  }

  /** For the console. */
  public static String toLine(JsonNode json) {
    boolean rewarms = json.get("how").asText().equals("rewarm");
    return String.format(
        Locale.ROOT,
        "extend   from step %,d of %,d to %,d: learning rate %s (%s); %.1e at the step before, %.1e at the next",
        json.get("step").asLong(),
        json.get("planned").asLong(),
        json.get("total").asLong(),
        rewarms ? "rewarmed" : "restated",
        rewarms ? "a schedule of the new steps alone" : "as if all steps had been planned at first",
        EventLine.number(json, "lr_before"),
        EventLine.number(json, "lr"));
  }
}
