package io.retromae.etl.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Quarantined;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * The quarantined records of one unit, one JSON object a line, streamed to a file that is created
 * with the first of them. Closed without {@link #commit}, the file is deleted.
 */
final class QuarantineLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Storage storage;
  private final String path;
  private final String file;
  private Optional<OutputStream> out = Optional.empty();
  private boolean committed;

  /**
   * A log.
   *
   * @param path to write
   * @param file that the records come from
   */
  QuarantineLog(Storage storage, String path, String file) {
    this.storage = storage;
    this.path = path;
    this.file = file;
  }

  void add(Quarantined record) throws IOException {
    if (out.isEmpty()) {
      out = Optional.of(new BufferedOutputStream(storage.create(path), 1 << 16));
    }
    ObjectNode line = JSON.createObjectNode().put("file", file);
    line.put("record", record.record()).put("offset", record.offset());
    line.put("reason", record.reason().toString().toLowerCase(Locale.ROOT));
    line.put("message", record.message()).put("raw", record.raw());
    out.get().write(JSON.writeValueAsBytes(line));
    out.get().write('\n');
  }

  /** Ends the file; returns its path, empty if there was nothing to write. */
  String commit() throws IOException {
    if (out.isEmpty()) {
      return "";
    }
    out.get().close();
    committed = true;
    return path;
  }

  @Override
  public void close() throws IOException {
    if (out.isPresent() && !committed) {
      out.get().close();
      storage.delete(path);
    }
  }
}
