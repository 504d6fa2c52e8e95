package io.retromae.training.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code metrics.jsonl} of a run: one object per logged step or event. Kept in memory and published
 * whole, because object stores cannot append; a resumed run drops the steps it will do again.
 */
public final class MetricsLog {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsLog.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Events that are functions of the run; a step or an evaluation has none. */
  private static final Set<String> SAID_AGAIN =
      Set.of("", "step_skipped", "loss_spike", SelectionLine.BEST, SelectionLine.EARLY_STOP);

  private final Storage storage;
  private final String path;
  private final List<Line> lines = new ArrayList<>();
  private final Optional<TensorBoardLog> tensorBoard;
  private Runnable afterPublication = () -> {};

  /** A row as it is written: as text it takes a fraction of the memory, and a run has many. */
  private record Line(String event, long step, String text) {
    static Line of(ObjectNode json) {
      return new Line(
          json.path("event").asText(), json.path("step").asLong(), Progress.toText(json));
    }
  }

  private MetricsLog(Storage storage, String path, Optional<TensorBoardLog> tensorBoard) {
    this.storage = storage;
    this.path = path;
    this.tensorBoard = tensorBoard;
  }

  /**
   * The run's log so far, or an empty one. Deletes what a driver was publishing when it was killed.
   *
   * @param forTensorBoard whether what is added goes to TensorBoard, too
   */
  public static MetricsLog open(Storage storage, String runFolder, boolean forTensorBoard) {
    TensorBoardLog.deleteStaged(storage, runFolder);
    Optional<TensorBoardLog> tensorBoard =
        forTensorBoard ? Optional.of(new TensorBoardLog(storage, runFolder)) : Optional.empty();
    MetricsLog log = new MetricsLog(storage, runFolder + "/metrics.jsonl", tensorBoard);
    storage
        .readIfThere(log.path)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .ifPresent(text -> text.lines().forEach(line -> log.lines.add(Line.of(log.parse(line)))));
    return log;
  }

  private ObjectNode parse(String line) {
    try {
      return (ObjectNode) JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not JSON lines, but '%.60s'; move the file away".formatted(path, line), e);
    }
  }

  /** What is to be done each time that all there is has been written. */
  public synchronized void afterPublication(Runnable action) {
    afterPublication = action;
  }

  /** Takes an event, or a row: a step or an evaluation. */
  public synchronized void add(ObjectNode line) {
    lines.add(Line.of(line));
    if (!line.has("event")) {
      tensorBoard.ifPresent(mirror -> mirror.add(line));
    }
  }

  /**
   * Forgets what steps after {@code step} said; they will say it again. A run that begins anew also
   * measures again what it starts with. Other events stay.
   */
  public synchronized void rewindTo(long step) {
    lines.removeIf(
        line ->
            SAID_AGAIN.contains(line.event())
                && (line.step() > step || line.step() == 0 && step == 0));
    tensorBoard.ifPresent(mirror -> mirror.rewindTo(step));
  }

  /** Writes all there is; where storage fails, the next time does it: training is not ended. */
  public synchronized void publish() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.text()).append('\n'));
    try {
      storage.publish(path, text.toString().getBytes(StandardCharsets.UTF_8));
      tensorBoard.ifPresent(TensorBoardLog::publish);
      afterPublication.run();
    } catch (ClusterException e) {
      LOG.warn("event=metrics_not_published reason={}", e.getMessage());
    }
  }
}
