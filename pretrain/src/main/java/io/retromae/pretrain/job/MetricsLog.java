package io.retromae.pretrain.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code metrics.jsonl} of a run: one object per logged step or event. Kept in memory and published
 * whole, because object stores cannot append; a resumed run drops the steps it will do again.
 */
final class MetricsLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Storage storage;
  private final String path;
  private final List<ObjectNode> lines = new ArrayList<>();

  private MetricsLog(Storage storage, String path) {
    this.storage = storage;
    this.path = path;
  }

  /** The run's log so far, or an empty one. */
  static MetricsLog open(Storage storage, String runFolder) {
    MetricsLog log = new MetricsLog(storage, runFolder + "/metrics.jsonl");
    if (storage.exists(log.path)) {
      String text = new String(storage.read(log.path), StandardCharsets.UTF_8);
      text.lines().forEach(line -> log.lines.add(log.parse(line)));
    }
    return log;
  }

  private ObjectNode parse(String line) {
    try {
      return (ObjectNode) JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(path + ": not JSON lines; move the file away", e);
    }
  }

  synchronized void add(ObjectNode line) {
    lines.add(line);
  }

  /** Forgets steps after {@code step}; events stay. */
  synchronized void rewindTo(long step) {
    lines.removeIf(line -> !line.has("event") && line.path("step").asLong() > step);
  }

  synchronized void publish() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(Progress.toText(line)).append('\n'));
    storage.publish(path, text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
