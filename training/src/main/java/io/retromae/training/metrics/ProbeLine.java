package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.loop.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a probe found as JSON (metrics file) and as a line (console). */
public final class ProbeLine {
  /** Name of the event between worker and driver. */
  public static final String EVENT = "probe";

  static final String PREFIX = EvaluationLine.PREFIX + "probe_";
  private static final String SECONDS = PREFIX + "seconds";

  private ProbeLine() {}

  /** For the driver. */
  public static ObjectNode toMessage(Probe.Report report, double seconds) {
    ObjectNode json = Progress.message(EVENT).put("step", report.step());
    report.figures().forEach((name, value) -> json.put(PREFIX + name, value));
    return json.put(SECONDS, seconds);
  }

  /** For the console. */
  public static String toLine(JsonNode json) {
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    return String.format(
        Locale.ROOT,
        "event=probe step=%d %s probe_seconds=%.1f",
        json.get("step").asLong(),
        keys.stream()
            .filter(ProbeLine::isFigure)
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

  /** Whether a key of a row is something that was measured. */
  static boolean isFigure(String key) {
    return key.startsWith(PREFIX) && !key.equals(SECONDS);
  }
}
