package io.retromae.core.shard;

import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.schema.MessageType;

/**
 * A Parquet file that is being written. Closed without {@link #commit}, it is deleted. Owns the
 * stream and what Parquet holds of it.
 */
public final class UncommittedTable implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OwnedFolder folder;
  private final String name;
  private final DigestingOutput output;
  private final RowGroupWriter rows;
  private boolean committed;

  /**
   * Creates the file; it must not exist.
   *
   * @param folder that the writer's job owns
   * @param name path within it
   * @param metadata stored in the file's footer
   * @param dictionaries columns whose values repeat, see {@link RowGroupWriter}
   */
  public UncommittedTable(
      Storage storage,
      String folder,
      String name,
      MessageType schema,
      Map<String, String> metadata,
      Set<String> dictionaries)
      throws IOException {
    this.folder = new OwnedFolder(storage, folder);
    this.name = name;
    this.output =
        new DigestingOutput(
            new BufferedOutputStream(storage.create(folder + "/" + name), BUFFER_BYTES));
    this.rows = new RowGroupWriter(output, schema, metadata, dictionaries);
  }

  /** Takes the rows. */
  public RowGroupWriter rows() {
    return rows;
  }

  /** Ends the file, which stays. */
  public void commit() throws IOException {
    rows.finish();
    output.close();
    committed = true;
  }

  /** The hash of all bytes; once, after {@link #commit}. */
  public String sha256() {
    return output.sha256();
  }

  /** Bytes of the file. */
  public long bytes() {
    return output.getPos();
  }

  @Override
  public void close() throws IOException {
    try {
      rows.close();
    } finally {
      if (!committed) {
        discard();
      }
    }
  }

  private void discard() throws IOException {
    try {
      output.close();
    } finally { // what could not be written takes room
      folder.delete(name);
    }
  }
}
