package io.retromae.training.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code metrics.jsonl} of a run: one object per logged step or event. Kept in memory and published
 * whole, because object stores cannot append; a resumed run drops the steps it will do again. Safe
 * for several threads.
 */
public final class MetricsLog implements Tracker {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENT = "event";

  /** Events that are functions of the run; a step or an evaluation has none. */
  private static final Set<String> SAID_AGAIN =
      Set.of("", "step_skipped", "loss_spike", SelectionLine.BEST, SelectionLine.EARLY_STOP);

  private final Storage storage;
  private final String path;
  private final Publication publication = new Publication("metrics");
  private final List<Line> lines = new ArrayList<>();
  private boolean changed = true;

  /** A row as it is written: as text it takes a fraction of the memory, and a run has many. */
  private record Line(String event, long step, String text) {
    static Line of(ObjectNode json) {
      return new Line(json.path(EVENT).asText(), RowFigures.step(json), Progress.toText(json));
    }
  }

  private MetricsLog(Storage storage, String path) {
    this.storage = storage;
    this.path = path;
  }

  /** The run's log so far, or an empty one. */
  public static MetricsLog open(Storage storage, String runFolder) {
    MetricsLog log = new MetricsLog(storage, runFolder + "/metrics.jsonl");
    storage
        .readIfThere(log.path)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .ifPresent(text -> text.lines().forEach(line -> log.lines.add(Line.of(log.parse(line)))));
    return log;
  }

  /** Whether a line is of a step or an evaluation, not of an event. */
  static boolean isRow(JsonNode line) {
    return !line.has(EVENT);
  }

  private ObjectNode parse(String line) {
    try {
      if (JSON.readTree(line) instanceof ObjectNode object) {
        return object;
      }
      throw noLine(line, null);
    } catch (JsonProcessingException e) {
      throw noLine(line, e);
    }
  }

  private CorruptDataException noLine(String line, JsonProcessingException cause) {
    return new CorruptDataException(
        "%s: not JSON lines, but '%.60s'; move the file away".formatted(path, line), cause);
  }

  /**
   * Some of the rows so far.
   *
   * @param rows in order, without events
   * @param next line to go on from
   */
  public record Rows(List<ObjectNode> rows, int next) {}

  /**
   * The next rows from a line on; none at the end.
   *
   * @param line 0, or where the rows before ended
   */
  public synchronized Rows rows(int line, int atMost) {
    List<ObjectNode> rows = new ArrayList<>();
    int next = line;
    while (next < lines.size() && rows.size() < atMost) {
      Line candidate = lines.get(next);
      next++;
      if (candidate.event().isEmpty()) {
        rows.add(parse(candidate.text()));
      }
    }
    return new Rows(rows, next);
  }

  /**
   * What is left from a line on.
   *
   * @param rows how many, events not counted
   * @param firstStep of the first of them; 0 if there is none
   */
  public record Rest(int rows, long firstStep) {}

  /** How many rows there are from a line on. */
  public synchronized Rest rest(int line) {
    List<Line> left =
        lines.subList(Math.min(line, lines.size()), lines.size()).stream()
            .filter(candidate -> candidate.event().isEmpty())
            .toList();
    return new Rest(left.size(), left.isEmpty() ? 0 : left.get(0).step());
  }

  @Override
  public synchronized void add(ObjectNode line) {
    lines.add(Line.of(line));
    changed = true;
  }

  /** Forgets what steps after {@code step} said. Other events stay. */
  @Override
  public synchronized void rewindTo(long step) {
    changed |=
        lines.removeIf(
            line ->
                SAID_AGAIN.contains(line.event())
                    && (line.step() > step || line.step() == 0 && step == 0));
  }

  /** Writes all there is; where storage fails, the next time does it: training is not ended. */
  @Override
  public synchronized void publish() {
    if (!changed) {
      return;
    }
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.text()).append('\n'));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    changed = !publication.attempt(() -> storage.publish(path, bytes));
  }

  @Override
  public void end(End end) {
    publish();
  }
}
