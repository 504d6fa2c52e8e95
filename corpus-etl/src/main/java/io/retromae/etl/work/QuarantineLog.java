package io.retromae.etl.work;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.etl.source.Quarantined;
import io.retromae.spark.WorkFolder;
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

  private final WorkFolder folder;
  private final String name;
  private final String file;
  private Optional<OutputStream> out = Optional.empty();
  private boolean committed;

  /**
   * A log.
   *
   * @param name to write to, within the corpus folder
   * @param file that the records come from
   */
  QuarantineLog(WorkFolder folder, String name, String file) {
    this.folder = folder;
    this.name = name;
    this.file = file;
  }

  /** Notes a record that was set aside. */
  void add(Quarantined record) throws IOException {
    if (out.isEmpty()) {
      OutputStream file = folder.storage().create(folder.path(name));
      out = Optional.of(new BufferedOutputStream(file, 1 << 16));
    }
    ObjectNode line = JSON.createObjectNode().put("file", file);
    line.put("record", record.record()).put("offset", record.offset());
    line.put("reason", record.reason().toString().toLowerCase(Locale.ROOT));
    line.put("message", record.message()).put("raw", record.raw());
    out.get().write(JSON.writeValueAsBytes(line));
    out.get().write('\n');
  }

  /** Ends the file; returns its name, empty if there was nothing to write. */
  String commit() throws IOException {
    if (out.isEmpty()) {
      return "";
    }
    out.get().close();
    committed = true;
    return name;
  }

  @Override
  public void close() throws IOException {
    if (out.isPresent() && !committed) {
      try {
        out.get().close();
      } finally { // what could not be written takes room
        new OwnedFolder(folder.storage(), folder.output()).delete(name);
      }
    }
  }
}
