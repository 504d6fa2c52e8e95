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
  static final String PREFIX = "eval_";
  static final String ACCURACY = "_accuracy";
  private static final String SAMPLES = "eval_samples";
  private static final String SECONDS = "eval_seconds";

  private EvaluationLine() {}

  /** The total is that of training. */
  public static ObjectNode toMessage(
      EvaluationReport report, List<LossTerm> terms, double seconds) {
    ObjectNode json = Progress.message("eval").put("step", report.step());
    json.put(PREFIX + "loss", report.total(terms));
    for (LossTerm term : terms) {
      json.put(PREFIX + term.metric(), report.loss(term.name()));
      if (term.hits()) {
        json.put(PREFIX + term.name() + ACCURACY, report.accuracy(term.name()));
      }
    }
    return json.put(SAMPLES, report.sums().rows()).put(SECONDS, seconds);
  }

  public static String toLine(JsonNode json) {
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    String values =
        keys.stream()
            .filter(key -> key.startsWith(PREFIX) && !key.equals(SAMPLES) && !key.equals(SECONDS))
            .map(key -> String.format(Locale.ROOT, "%s=%.4f", key, EventLine.number(json, key)))
            .collect(Collectors.joining(" "));
    return String.format(
        Locale.ROOT,
        "event=eval step=%d %s eval_samples=%d eval_seconds=%.1f",
        json.get("step").asLong(),
        values,
        json.get(SAMPLES).asLong(),
        json.get(SECONDS).asDouble());
  }
}
