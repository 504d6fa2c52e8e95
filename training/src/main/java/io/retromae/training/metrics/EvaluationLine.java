package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.LossTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A result on held-out samples as JSON (metrics file) and as a line (console). */
public final class EvaluationLine {
  /** Name of the event between worker and driver. */
  public static final String EVENT = "eval";

  static final String PREFIX = "eval_";
  private static final String SAMPLES = "eval_samples";
  private static final String SECONDS_END = "_seconds";
  private static final String SECONDS = "eval" + SECONDS_END;

  private EvaluationLine() {}

  /** The total is that of training. */
  public static ObjectNode toMessage(
      EvaluationReport report, List<LossTerm> terms, double seconds) {
    ObjectNode json = Progress.message(EVENT).put("step", report.step());
    report.figures(terms).forEach((name, value) -> json.put(PREFIX + name, value));
    return json.put(SAMPLES, report.sums().rows()).put(SECONDS, seconds);
  }

  /** For the console. */
  public static String toLine(JsonNode json) {
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    String values =
        keys.stream()
            .filter(EvaluationLine::isFigure)
            .map(key -> String.format(Locale.ROOT, "%s=%.4f", key, EventLine.number(json, key)))
            .collect(Collectors.joining(" "));
    String samples = json.has(SAMPLES) ? " eval_samples=" + json.get(SAMPLES).asLong() : "";
    return String.format(
        Locale.ROOT,
        "event=eval step=%d %s%s eval_seconds=%.1f",
        json.get("step").asLong(),
        values,
        samples,
        json.get(SECONDS).asDouble());
  }

  /** Whether a key of a row is something that was measured on held-out samples. */
  static boolean isFigure(String key) {
    return key.startsWith(PREFIX) && !key.equals(SAMPLES) && !key.endsWith(SECONDS_END);
  }
}
