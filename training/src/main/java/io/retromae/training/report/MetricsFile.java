package io.retromae.training.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Reads a run's metrics.jsonl line by line, twice: first to see where the run went back, then what
 * counts. A run may be writing it: a torn last line is passed over.
 */
final class MetricsFile {
  /** Name of the file in the run's folder. */
  static final String NAME = "metrics.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private MetricsFile() {}

  /** Takes lines with their numbers. */
  private interface Lines {
    /** Takes one; the last one may have no end. */
    void take(long number, String line, boolean last) throws IOException;
  }

  /**
   * What the file of a run tells; nothing if it is not there.
   *
   * @throws ClusterException if it cannot be read
   */
  static RunMetrics read(Storage storage, String folder) {
    String path = folder + "/" + NAME;
    RunMetrics metrics = new RunMetrics();
    try {
      Rewinds rewinds = new Rewinds();
      each(storage, path, (number, line, last) -> see(rewinds, number, line));
      each(storage, path, (number, line, last) -> add(metrics, rewinds, number, line, last));
    } catch (FileNotFoundException e) { // a run that has told nothing yet
      return metrics;
    } catch (IOException e) {
      throw new ClusterException("cannot read " + path + ": " + e.getMessage(), e);
    }
    return metrics;
  }

  private static void each(Storage storage, String path, Lines lines) throws IOException {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(storage.open(path), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      for (long number = 0; line != null; number++) {
        String next = in.readLine();
        if (!line.isBlank()) {
          lines.take(number, line, next == null);
        }
        line = next;
      }
    }
  }

  /** Looks at the step of a row alone: it stands first. */
  private static void see(Rewinds rewinds, long number, String line) throws IOException {
    try (JsonParser json = JSON.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        if (key.equals("event")) {
          return;
        }
        json.nextToken();
        if (key.equals("step")) {
          rewinds.see(number, json.getValueAsLong());
          return;
        }
        json.skipChildren();
      }
    } catch (JsonProcessingException e) {
      return; // counted when it is read
    }
  }

  private static void add(
      RunMetrics metrics, Rewinds rewinds, long number, String text, boolean last) {
    JsonNode line;
    try {
      line = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      line = null;
    }
    if (line == null || !line.isObject()) {
      if (!last) {
        metrics.addUnreadable();
      }
    } else if (line.has("event") || !rewinds.isVoid(number, line.path("step").asLong())) {
      metrics.add(line);
    }
  }

  /** Numbers that are not finite are written as text. */
  static boolean isSpelledNumber(JsonNode value) {
    return switch (value.asText()) {
      case "NaN", "Infinity", "-Infinity" -> value.isTextual();
      default -> false;
    };
  }

  /** A number, however it is written; NaN for what is none. */
  static double number(JsonNode value) {
    if (isSpelledNumber(value)) {
      return Double.parseDouble(value.asText());
    }
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }
}
