package io.retromae.embed.job.evaluate;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TaskReader;
import io.retromae.embed.task.TextSet;
import io.retromae.embed.task.TextSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * Writes the texts of a task into the output folder, where executors read them by parts. Owns the
 * files it has open.
 */
final class TextStore implements TextSink, AutoCloseable {
  private static final int ROWS_PER_GROUP = 4096;

  private final Storage storage;
  private final String output;
  private final Map<TextSet, Open> sets = new EnumMap<>(TextSet.class);

  private TextStore(Storage storage, String output) {
    this.storage = storage;
    this.output = output;
  }

  /** A set that is being written. */
  private static final class Open {
    private final StoredTexts texts;
    private final String name;
    private ColumnTable.Writer writer;
    private long rows;

    private Open(StoredTexts texts, String name) {
      this.texts = texts;
      this.name = name;
    }
  }

  /**
   * Writes what is not there yet of a task's texts.
   *
   * @param output qualified folder of the job
   * @throws CorruptDataException if the texts are not those that the plan was made with
   */
  static void write(Storage storage, String output, Task task) {
    try (TextStore store = new TextStore(storage, output)) {
      task.texts()
          .forEach(
              (set, texts) -> {
                StoredTexts place = StoredTexts.of(output, texts);
                if (!storage.exists(place.receipt())) {
                  String name = StoredTexts.name(texts);
                  new OwnedFolder(storage, output).delete(name); // of a start that was killed
                  store.sets.put(set, new Open(place, name));
                }
              });
      if (!store.sets.isEmpty()) {
        store.finish(task, TaskReader.read(storage, task.settings(), store));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ClusterException(
          "%s: the texts of task '%s' cannot be written: %s"
              .formatted(output, task.name(), e.getMessage()),
          e);
    }
  }

  @Override
  public void text(TextSet set, String id, String text) {
    Open open = sets.get(set);
    if (open == null) {
      return;
    }
    try {
      long within = open.rows % open.texts.rowsPerPart();
      if (within == 0) {
        endPart(open);
        int part = (int) (open.rows / open.texts.rowsPerPart());
        open.writer =
            new ColumnTable.Writer(
                storage,
                output,
                open.name + "/" + StoredTexts.partName(part),
                StoredTexts.COLUMNS,
                ROWS_PER_GROUP);
      }
      open.writer.text(id).text(text).endRow();
      open.rows++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void endPart(Open open) throws IOException {
    if (open.writer != null) {
      open.writer.commit();
      open.writer.close();
      open.writer = null;
    }
  }

  private void finish(Task planned, Task read) throws IOException {
    if (!planned.texts().equals(read.texts())) {
      throw new CorruptDataException(
          "task '%s': %s changed while it was read; run the same command again"
              .formatted(planned.name(), planned.settings().path()));
    }
    for (Open open : sets.values()) {
      endPart(open);
      storage.publish(open.texts.receipt(), new byte[0]);
    }
  }

  @Override
  public void close() throws IOException {
    for (Open open : sets.values()) {
      if (open.writer != null) {
        open.writer.close();
      }
    }
  }
}
