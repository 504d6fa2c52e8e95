package io.retromae.etl.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Quarantined;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The quarantined records of one unit, one JSON object a line. */
final class QuarantineLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String file;
  private final StringBuilder lines = new StringBuilder();

  QuarantineLog(String file) {
    this.file = file;
  }

  void add(Quarantined record) {
    ObjectNode line = JSON.createObjectNode().put("file", file);
    line.put("record", record.record()).put("offset", record.offset());
    line.put("reason", record.reason().toString().toLowerCase(Locale.ROOT));
    line.put("message", record.message()).put("raw", record.raw());
    try {
      lines.append(JSON.writeValueAsString(line)).append('\n');
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the file; without anything to write, an older one goes. */
  void publish(Storage storage, String path) {
    if (lines.isEmpty()) {
      storage.delete(path);
    } else {
      storage.publish(path, lines.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
