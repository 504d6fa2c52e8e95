package io.retromae.embed.job.texts;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import java.io.IOException;

/**
 * Writes the texts of a set into its parts, from the first on. Owns the file it has open; what is
 * not committed has no receipt.
 */
public final class TextParts implements AutoCloseable {
  private static final int ROWS_PER_GROUP = 4096;

  private final Storage storage;
  private final StoredTexts texts;
  private ColumnTable.Writer writer;
  private long rows;

  private TextParts(Storage storage, StoredTexts texts) {
    this.storage = storage;
    this.texts = texts;
  }

  /** Whether all texts of a set are there. */
  public static boolean areWritten(Storage storage, StoredTexts texts) {
    return storage.exists(texts.receipt());
  }

  /** Begins anew; what a start that was killed has left of them goes. */
  public static TextParts begin(Storage storage, StoredTexts texts) {
    new OwnedFolder(storage, texts.output()).delete(texts.name());
    return new TextParts(storage, texts);
  }

  /** Takes the next text. */
  public void append(String id, String text) throws IOException {
    if (rows % texts.rowsPerPart() == 0) {
      endPart();
      int part = (int) (rows / texts.rowsPerPart());
      writer =
          new ColumnTable.Writer(
              storage,
              texts.output(),
              texts.name() + "/" + StoredTexts.partName(part),
              StoredTexts.COLUMNS,
              ROWS_PER_GROUP);
    }
    writer.text(id).text(text).endRow();
    rows++;
  }

  private void endPart() throws IOException {
    if (writer != null) {
      writer.commit();
      writer.close();
      writer = null;
    }
  }

  /**
   * Ends the set.
   *
   * @throws ClusterException if there were not as many texts as there should be
   */
  public void commit() throws IOException {
    endPart();
    if (rows != texts.count()) {
      throw new ClusterException(
          "%s: %,d texts, a moment before there were %,d; do not change files while they are read"
              .formatted(texts.folder(), rows, texts.count()));
    }
    storage.publish(texts.receipt(), new byte[0]);
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }
}
