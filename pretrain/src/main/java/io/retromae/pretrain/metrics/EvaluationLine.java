package io.retromae.pretrain.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.train.EvaluationReport;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A result on held-out samples as JSON (metrics file) and as a line (console). */
public final class EvaluationLine {
  private static final List<String> KEYS =
      List.of(
          "eval_loss",
          "eval_encoder_loss",
          "eval_encoder_accuracy",
          "eval_decoder_loss",
          "eval_decoder_accuracy",
          "eval_bow_loss");

  private EvaluationLine() {}

  /** The total is that of training; DupMAE's terms are there only if it is trained. */
  public static ObjectNode toMessage(
      EvaluationReport report, ObjectiveSettings objective, double seconds) {
    boolean bow = objective.method() == ObjectiveSettings.Method.DUPMAE;
    double bowPart = bow ? objective.bowLossWeight() * report.bowLoss() : 0;
    ObjectNode json = Progress.message("eval").put("step", report.step());
    json.put("eval_loss", report.encoderLoss() + report.decoderLoss() + bowPart);
    json.put("eval_encoder_loss", report.encoderLoss());
    json.put("eval_encoder_accuracy", report.encoderAccuracy());
    json.put("eval_decoder_loss", report.decoderLoss());
    json.put("eval_decoder_accuracy", report.decoderAccuracy());
    if (bow) {
      json.put("eval_bow_loss", report.bowLoss());
    }
    return json.put("eval_samples", report.sums().rows()).put("eval_seconds", seconds);
  }

  public static String toLine(JsonNode json) {
    String values =
        KEYS.stream()
            .filter(json::has)
            .map(key -> String.format(Locale.ROOT, "%s=%.4f", key, EventLine.number(json, key)))
            .collect(Collectors.joining(" "));
    return String.format(
        Locale.ROOT,
        "event=eval step=%d %s eval_samples=%d eval_seconds=%.1f",
        json.get("step").asLong(),
        values,
        json.get("eval_samples").asLong(),
        json.get("eval_seconds").asDouble());
  }
}
