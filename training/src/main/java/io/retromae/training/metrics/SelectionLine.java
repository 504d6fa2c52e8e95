package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.measure.Selection;
import java.util.Locale;

/** Which checkpoint is the best, and that a run ends because it gets no better. */
public final class SelectionLine {
  /** Name of the event that a checkpoint is the best so far. */
  public static final String BEST = "best";

  /** Name of the event that the run ends before its last step. */
  public static final String EARLY_STOP = "early_stop";

  /** Name of the event that the best checkpoint was exported. */
  private static final String EXPORT = "export";

  private static final String VALUE = "value";

  private SelectionLine() {}

  private static ObjectNode message(String event, long step, Selection selection) {
    return Progress.message(event)
        .put("step", step)
        .put("metric", selection.metric())
        .put(VALUE, selection.bestValue());
  }

  /** For the driver: the newest measurement is the best. */
  public static ObjectNode best(Selection selection) {
    return message(BEST, selection.bestStep(), selection);
  }

  /** For the driver: nothing better came. */
  public static ObjectNode earlyStop(long step, Selection selection) {
    return message(EARLY_STOP, step, selection)
        .put("best_step", selection.bestStep())
        .put("without_gain", selection.withoutGain());
  }

  /** The best checkpoint was exported. */
  public static ObjectNode exported(Selection selection) {
    return message(EXPORT, selection.bestStep(), selection);
  }

  /**
   * The best so far is not compared with what comes.
   *
   * @param step that the run goes on from
   * @param why in words
   */
  public static ObjectNode forgotten(long step, Selection before, String why) {
    return message("best_forgotten", step, before)
        .put("best_step", before.bestStep())
        .put("why", why);
  }

  /** The same for the console. */
  public static String forgottenLine(JsonNode json) {
    return "warning  %s: the best so far (%s %.4f, step %,d) is not compared with what is measured from step %,d on"
        .formatted(
            json.get("why").asText(),
            json.get("metric").asText(),
            EventLine.number(json, VALUE),
            json.get("best_step").asLong(),
            json.get("step").asLong());
  }

  /** For the console. */
  public static String toLine(JsonNode json) {
    String line =
        String.format(
            Locale.ROOT,
            "event=%s step=%d metric=%s value=%.4f",
            json.get("event").asText(),
            json.get("step").asLong(),
            json.get("metric").asText(),
            EventLine.number(json, VALUE));
    return json.has("best_step")
        ? line
            + " best_step=%d without_gain=%d; the run ends here, as schedule.early_stopping says"
                .formatted(json.get("best_step").asLong(), json.get("without_gain").asLong())
        : line;
  }
}
