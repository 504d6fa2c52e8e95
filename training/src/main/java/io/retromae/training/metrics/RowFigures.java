package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The numbers of a row of metrics.jsonl. */
public final class RowFigures {
  private static final String STEP = "step";
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  private RowFigures() {}

  /** The step that a row is of. */
  public static long step(JsonNode row) {
    return row.path(STEP).asLong();
  }

  /** All numbers but the step, by key, in order; lists of all ranks are none. */
  public static Map<String, Double> of(JsonNode row) {
    Map<String, Double> figures = new LinkedHashMap<>();
    row.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              boolean number = value.isNumber() || NOT_FINITE.contains(value.asText());
              if (number && !field.getKey().equals(STEP)) {
                figures.put(field.getKey(), Double.parseDouble(value.asText()));
              }
            });
    return figures;
  }
}
