package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** What happened in a run beside its steps, as lines for the console. */
public final class EventLine {
  private static final String PEAK = "peak_tflops";

  private EventLine() {}

  /** A checkpoint counts. */
  public static String checkpoint(JsonNode json) {
    return "step=%d event=checkpoint bytes=%d seconds=%.1f snapshot_ms=%.0f"
        .formatted(
            json.get("step").asLong(),
            json.get("bytes").asLong(),
            json.get("seconds").asDouble(),
            json.get("snapshot_ms").asDouble());
  }

  /** A checkpoint could not be written. */
  public static String checkpointFailed(JsonNode json) {
    return "step=%d event=checkpoint_failed reason=\"%s\"; older checkpoints are untouched"
        .formatted(json.get("step").asLong(), json.get("reason").asText());
  }

  /** A step had no finite gradients. */
  public static String stepSkipped(JsonNode json) {
    return "event=step_skipped step=%d loss=%s grad_norm=%s skipped_steps=%d in_a_row=%d"
        .formatted(
            json.get("step").asLong(),
            json.get("loss").asText(),
            json.get("grad_norm").asText(),
            json.get("skipped_steps").asLong(),
            json.get("in_a_row").asLong());
  }

  /** A loss lies far above those before. */
  public static String lossSpike(JsonNode json) {
    return String.format(
        Locale.ROOT,
        "event=loss_spike step=%d loss=%.4f mean=%.4f deviation=%.4f",
        json.get("step").asLong(),
        number(json, "loss"),
        number(json, "mean"),
        number(json, "deviation"));
  }

  /** For the driver: what {@code mfu} is measured against. */
  public static ObjectNode peak(double flops, String source, int workers) {
    ObjectNode json = Progress.message("peak").put("workers", workers).put("source", source);
    return flops > 0 ? json.put(PEAK, Math.rint(flops / 1e8) / 1e4) : json;
  }

  /** What {@code mfu} is measured against, or why there is none. */
  public static String peak(JsonNode json) {
    String source = json.get("source").asText();
    return json.has(PEAK)
        ? "event=peak peak_tflops=%s workers=%d source=\"%s\""
            .formatted(json.get(PEAK).asText(), json.get("workers").asInt(), source)
        : "event=peak peak_tflops=unknown source=\"%s\"; no mfu is told: set logging.peak_tflops"
            .formatted(source);
  }

  /** A number of a message; those that are not finite travel as text. */
  static double number(JsonNode json, String key) {
    return Double.parseDouble(json.get(key).asText());
  }

  /** A worker has come. */
  public static String worker(int rank, JsonNode json) {
    return "event=worker rank=%d host=%s executor=%s pid=%d device=\"%s\" threads=%d"
        .formatted(
            rank,
            json.path("host").asText(),
            json.path("executor").asText(),
            json.path("pid").asLong(),
            json.path("device").asText(),
            json.path("threads").asInt());
  }
}
