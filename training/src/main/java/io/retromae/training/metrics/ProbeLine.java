package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.measure.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a probe found as JSON (metrics file) and as a line (console). */
public final class ProbeLine {
  /** Name of the event between worker and driver. */
  public static final String EVENT = "probe";

  private static final String PREFIX = EvaluationLine.PREFIX + Probe.Kind.TASKS.prefix();
  private static final String SECONDS = PREFIX + "seconds";

  private ProbeLine() {}

  /** For the driver; what was found on held-out samples is told as an evaluation is. */
  public static ObjectNode toMessage(Probe.Report report, double seconds) {
    String event =
        switch (report.kind()) {
          case HELD_OUT -> EvaluationLine.EVENT;
          case TASKS -> EVENT;
        };
    String prefix = EvaluationLine.PREFIX + report.kind().prefix();
    ObjectNode json = Progress.message(event).put("step", report.step());
    report.figures().forEach((name, value) -> json.put(prefix + name, value));
    return json.put(prefix + "seconds", seconds);
  }

  /** For the console: a probe on tasks. */
  public static String toLine(JsonNode json) {
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    return String.format(
        Locale.ROOT,
        "event=probe step=%d %s probe_seconds=%.1f",
        json.get("step").asLong(),
        keys.stream()
            .filter(EvaluationLine::isFigure)
            .map(
                key ->
                    String.format(
                        Locale.ROOT,
                        "%s=%.4f",
                        key.substring(PREFIX.length()),
                        EventLine.number(json, key)))
            .collect(Collectors.joining(" ")),
        json.get(SECONDS).asDouble());
  }
}
