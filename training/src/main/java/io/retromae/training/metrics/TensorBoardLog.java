package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.training.measure.Metric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Rows of metrics for TensorBoard in {@code RUN/tensorboard}, with the settings as text and as
 * hyperparameters. Each publication is a file of its own, because object stores cannot append, and
 * {@link EventFiles} joins them. TensorBoard reads the files of a folder one after the other.
 */
public final class TensorBoardLog implements Tracker {
  private static final String NAME = "tensorboard";

  private final EventFiles written;
  private final RunDescription description;
  private final Publication publication = new Publication(NAME);
  private final List<ObjectNode> rows = new ArrayList<>();
  private long start;
  private OptionalLong settingsAt = OptionalLong.empty();

  private TensorBoardLog(Storage storage, RunDescription description) {
    this.written = new EventFiles(storage, description.folder(), NAME);
    this.description = description;
  }

  /** Nothing is written before {@link #publish}. */
  public static TensorBoardLog open(Storage storage, RunDescription description) {
    return new TensorBoardLog(storage, description);
  }

  /** Deletes files of a killed driver that were never whole; on HDFS they would stay open. */
  public static void deleteStaged(Storage storage, String runFolder) {
    new OwnedFolder(storage, runFolder).deleteStaged(NAME);
  }

  @Override
  public void add(ObjectNode line) {
    if (MetricsLog.isRow(line)) {
      rows.add(line);
    }
  }

  @Override
  public void rewindTo(long step) {
    start = step == 0 ? -1 : step;
    rows.removeIf(row -> RowFigures.step(row) > start);
  }

  /** Writes what came since the last time. */
  @Override
  public void publish() {
    if (publishRows()) {
      publication.attempt(written::join);
    }
  }

  private boolean publishRows() {
    if (rows.isEmpty()) {
      return false;
    }
    double begin = seconds(rows.get(0));
    EventRecords records = new EventRecords(begin);
    records.start(begin, start + 1);
    // those of a step that is void by now are void with it
    boolean anew = settingsAt.isEmpty() || settingsAt.getAsLong() > start;
    if (anew) {
      settings(records, begin);
    }
    for (JsonNode row : rows) {
      records.scalars(seconds(row), RowFigures.step(row), values(row));
    }
    if (!publish(records, begin)) {
      return false;
    }
    settingsAt = anew ? OptionalLong.of(start + 1) : settingsAt;
    start = RowFigures.step(rows.get(rows.size() - 1));
    rows.clear();
    return true;
  }

  /** A run that came to its end has its hyperparameters' session ended. */
  @Override
  public void end(End end) {
    publishRows(); // what a reader is in the midst of is not joined now: no later turn cleans up
    if (end == End.FINISHED && rows.isEmpty() && settingsAt.isPresent()) {
      double now = Instant.now().toEpochMilli() / 1e3;
      EventRecords records = new EventRecords(now);
      records.summary(now, start, PluginSummaries.sessionEnd(now));
      publish(records, now);
    }
  }

  private boolean publish(EventRecords records, double begin) {
    return publication.attempt(() -> written.add((long) begin, records.toBytes()));
  }

  /** At the step that this start goes on from, so that a later start's stand beside them. */
  private void settings(EventRecords records, double seconds) {
    long step = start + 1;
    records.summary(seconds, step, PluginSummaries.text("settings", asCode(description.yaml())));
    records.summary(
        seconds,
        step,
        PluginSummaries.sessionStart(description.countingValues(), description.folder(), seconds));
  }

  private static String asCode(String text) {
    return text.lines().map("    "::concat).collect(Collectors.joining("\n"));
  }

  private static Map<String, Double> values(JsonNode row) {
    Map<String, Double> values = new LinkedHashMap<>();
    RowFigures.of(row).forEach((key, number) -> values.put(tag(key), number));
    return values;
  }

  /**
   * The tag of a key of metrics.jsonl: {@code eval/NAME} of {@code eval_NAME}, which users name in
   * settings, too; else the key behind the name of a group.
   */
  static String tag(String key) {
    if (key.startsWith(EvaluationLine.PREFIX)) {
      return Metric.PREFIX + key.substring(EvaluationLine.PREFIX.length());
    }
    String group = key.endsWith("_ms") ? "time/" : key.endsWith("_mb") ? "memory/" : "train/";
    return group + key;
  }

  private static double seconds(JsonNode row) {
    return Instant.parse(row.get("time").asText()).toEpochMilli() / 1e3;
  }
}
