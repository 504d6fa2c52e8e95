package io.retromae.embed.job.evaluate;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.embed.task.Task;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;

/**
 * The texts of a set in the output folder, in parts. How they are divided follows from their number
 * alone, so that vectors and results do not depend on the cluster.
 *
 * @param folder qualified
 * @param count of texts
 */
record StoredTexts(String folder, long count) implements Serializable {
  static final List<Column> COLUMNS = List.of(Column.text("id"), Column.text("text"));
  static final int ID = 0;
  static final int TEXT = 1;

  private static final List<Column> ID_ALONE = List.of(COLUMNS.get(ID));

  private static final int PARTS = 64;
  private static final long FEWEST_ROWS = 256;
  private static final long MOST_ROWS = 16_384;
  private static final int DIGITS = 16;

  /**
   * The place of a set.
   *
   * @param output qualified folder of the job
   */
  static StoredTexts of(String output, Task.Texts texts) {
    return new StoredTexts(output + "/" + name(texts), texts.count());
  }

  /** Path within the output folder: equal texts lie in one. */
  static String name(Task.Texts texts) {
    return "texts/" + texts.fingerprint().substring(0, DIGITS);
  }

  /** Rows of every part but the last. */
  long rowsPerPart() {
    return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, (count + PARTS - 1) / PARTS));
  }

  /** Number of parts. */
  int parts() {
    return Math.toIntExact((count + rowsPerPart() - 1) / rowsPerPart());
  }

  /** Texts in a part. */
  long rows(int part) {
    return Math.min(rowsPerPart(), count - part * rowsPerPart());
  }

  /** Name of a part within the folder. */
  static String partName(int part) {
    return "%05d.parquet".formatted(part);
  }

  /** Qualified path of a part. */
  String path(int part) {
    return folder + "/" + partName(part);
  }

  /** Gives the ids of all texts, in their order. */
  void ids(Storage storage, Consumer<String> use) throws IOException {
    for (int part = 0; part < parts(); part++) {
      try (ColumnTable.Reader reader = new ColumnTable.Reader(storage, path(part), ID_ALONE)) {
        while (reader.next()) {
          use.accept(reader.text(ID));
        }
      }
    }
  }

  /** Qualified path of the file that says that all parts are there. */
  String receipt() {
    return folder + "/_SUCCESS";
  }
}
