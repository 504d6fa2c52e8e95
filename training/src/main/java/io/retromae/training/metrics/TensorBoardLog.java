package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.training.measure.Metric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of metrics for TensorBoard, under tags as Hugging Face names them, in {@code
 * RUN/tensorboard}. Each publication is a file of its own, because object stores cannot append;
 * TensorBoard reads the files of a folder one after the other.
 */
final class TensorBoardLog {
  /** Keys of metrics.jsonl and their tags, beside the losses. */
  private static final Map<String, String> TAGS =
      Map.ofEntries(
          Map.entry("loss", "train/loss"),
          Map.entry("lr", "train/learning_rate"),
          Map.entry("grad_norm", "train/grad_norm"),
          Map.entry("skipped_steps", "train/skipped_steps"),
          Map.entry("epoch", "train/epoch"),
          Map.entry("tokens_per_s", "train/tokens_per_second"),
          Map.entry(StepLine.ROWS_PER_SECOND, "train/rows_per_second"),
          Map.entry("data_wait_ms", "time/data_wait_ms"),
          Map.entry("compute_ms", "time/compute_ms"),
          Map.entry("communication_ms", "time/communication_ms"),
          Map.entry("idle_ms", "time/idle_ms"));

  private static final String NAME = "tensorboard";

  private final Storage storage;
  private final String folder;
  private final List<JsonNode> rows = new ArrayList<>();
  private long start;
  private int files;

  /** Nothing is written before {@link #publish}. */
  TensorBoardLog(Storage storage, String runFolder) {
    this.storage = storage;
    this.folder = runFolder + "/" + NAME;
  }

  /** Deletes files of a killed driver that were never whole; on HDFS they would stay open. */
  static void deleteStaged(Storage storage, String runFolder) {
    new OwnedFolder(storage, runFolder).deleteStaged(NAME);
  }

  /** Takes a row of metrics: a step or an evaluation, not an event. */
  void add(JsonNode row) {
    rows.add(row);
  }

  /** What was told of steps after this one is void; 0 is the beginning, and void itself. */
  void rewindTo(long step) {
    start = step == 0 ? -1 : step;
    rows.removeIf(row -> row.get("step").asLong() > start);
  }

  /** Writes what came since the last time. */
  void publish() {
    if (rows.isEmpty()) {
      return;
    }
    double begin = seconds(rows.get(0));
    EventRecords records = new EventRecords(begin);
    records.start(begin, start + 1);
    for (JsonNode row : rows) {
      records.scalars(seconds(row), row.get("step").asLong(), values(row));
    }
    // TensorBoard reads files in the order of their names
    String name = "events.out.tfevents.%010d.%05d.retromae".formatted((long) begin, files++);
    storage.publish(folder + "/" + name, records.toBytes());
    start = rows.get(rows.size() - 1).get("step").asLong();
    rows.clear();
  }

  private static Map<String, Double> values(JsonNode row) {
    Map<String, Double> values = new LinkedHashMap<>();
    row.fieldNames()
        .forEachRemaining(
            key -> {
              String tag = tag(key);
              if (!tag.isEmpty()) {
                values.put(tag, EventLine.number(row, key));
              }
            });
    return values;
  }

  /** Empty if the key is not shown. */
  private static String tag(String key) {
    if (EvaluationLine.isFigure(key)) {
      return Metric.PREFIX + key.substring(EvaluationLine.PREFIX.length());
    }
    boolean ofObjective = key.endsWith(StepLine.LOSS_OF_TERM) || key.startsWith(StepLine.GAUGE);
    return ofObjective ? "train/" + key : TAGS.getOrDefault(key, "");
  }

  private static double seconds(JsonNode row) {
    return Instant.parse(row.get("time").asText()).toEpochMilli() / 1e3;
  }
}
