package io.retromae.finetune.pairs.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.spark.WorkFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * The pairs of one unit as JSON lines, a gzip file a data set. Such files one behind the other are
 * a gzip file again (RFC 1952). Closed without {@link #commit}, they are deleted.
 */
final class PartWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WorkFolder folder;
  private final String prefix;
  private final Map<String, String> names = new TreeMap<>();
  private final Map<String, OutputStream> streams = new TreeMap<>();
  private boolean committed;

  /**
   * Nothing yet.
   *
   * @param prefix of the files' names within the output folder
   */
  PartWriter(WorkFolder folder, String prefix) {
    this.folder = folder;
    this.prefix = prefix;
  }

  void append(Candidates.Row row) throws IOException {
    OutputStream out = streams.get(row.set());
    if (out == null) {
      String name = "%s-%s.jsonl.gz".formatted(prefix, row.set());
      out =
          new BufferedOutputStream(
              new GZIPOutputStream(folder.storage().create(folder.path(name)), BUFFER_BYTES),
              BUFFER_BYTES);
      names.put(row.set(), name);
      streams.put(row.set(), out);
    }
    ObjectNode line = JSON.createObjectNode().put("query", row.pair().query());
    line.putArray("pos").add(row.pair().positive());
    line.put("source", row.source()).put("document_id", row.documentId());
    out.write(JSON.writeValueAsBytes(line));
    out.write('\n');
  }

  /** Ends the files; their names by data set. */
  Map<String, String> commit() throws IOException {
    for (OutputStream out : streams.values()) {
      out.close();
    }
    committed = true;
    return names;
  }

  @Override
  public void close() throws IOException {
    if (committed) {
      return;
    }
    try {
      for (OutputStream out : streams.values()) {
        out.close();
      }
    } finally {
      OwnedFolder owned = new OwnedFolder(folder.storage(), folder.output());
      names.values().forEach(owned::delete);
    }
  }
}
