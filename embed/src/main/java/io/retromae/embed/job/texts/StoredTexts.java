package io.retromae.embed.job.texts;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A set of texts in the output folder of a job, in parts. How they are divided follows from their
 * number alone, so that vectors and results do not depend on the cluster.
 *
 * @param output qualified folder of the job
 * @param name path of their folder within it
 * @param count of texts
 */
public record StoredTexts(String output, String name, long count) implements Serializable {
  /** Columns of a part. */
  public static final List<Column> COLUMNS = List.of(Column.text("id"), Column.text("text"));

  /** Place of the id among them. */
  public static final int ID = 0;

  /** Place of the text. */
  public static final int TEXT = 1;

  private static final List<Column> ID_ALONE = List.of(COLUMNS.get(ID));

  private static final int PARTS = 64;
  private static final long FEWEST_ROWS = 256;
  private static final long MOST_ROWS = 16_384;

  /** Qualified. */
  public String folder() {
    return output + "/" + name;
  }

  /** Rows of every part but the last. */
  public long rowsPerPart() {
    return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, (count + PARTS - 1) / PARTS));
  }

  /** Number of parts. */
  public int parts() {
    return Math.toIntExact((count + rowsPerPart() - 1) / rowsPerPart());
  }

  /** Texts in a part. */
  public long rows(int part) {
    return Math.min(rowsPerPart(), count - part * rowsPerPart());
  }

  /** Name of a part within the folder. */
  static String partName(int part) {
    return String.format(Locale.ROOT, "%05d.parquet", part);
  }

  /** Qualified path of a part. */
  public String path(int part) {
    return folder() + "/" + partName(part);
  }

  /** Gives the ids of all texts, in their order. */
  public void ids(Storage storage, Consumer<String> use) throws IOException {
    for (int part = 0; part < parts(); part++) {
      try (ColumnTable.Reader reader = new ColumnTable.Reader(storage, path(part), ID_ALONE)) {
        while (reader.next()) {
          use.accept(reader.text(ID));
        }
      }
    }
  }

  /** Qualified path of the file that says that all parts are there. */
  public String receipt() {
    return folder() + "/_SUCCESS";
  }
}
