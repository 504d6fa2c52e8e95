package io.retromae.embed.job.evaluate;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.embed.job.texts.TextParts;
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
  private static final int DIGITS = 16;

  private final Map<TextSet, TextParts> sets = new EnumMap<>(TextSet.class);

  /**
   * The place of a set; equal texts lie in one.
   *
   * @param output qualified folder of the job
   */
  static StoredTexts place(String output, Task.Texts texts) {
    return new StoredTexts(
        output, "texts/" + texts.fingerprint().substring(0, DIGITS), texts.count());
  }

  /**
   * Writes what is not there yet of a task's texts.
   *
   * @param output qualified folder of the job
   * @throws CorruptDataException if the texts are not those that the plan was made with
   */
  static void write(Storage storage, String output, Task task) {
    try (TextStore store = new TextStore()) {
      task.texts()
          .forEach(
              (set, texts) -> {
                StoredTexts place = place(output, texts);
                if (!TextParts.areWritten(storage, place)) {
                  store.sets.put(set, TextParts.begin(storage, place));
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
    TextParts parts = sets.get(set);
    if (parts == null) {
      return;
    }
    try {
      parts.append(id, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void finish(Task planned, Task read) throws IOException {
    if (!planned.texts().equals(read.texts())) {
      throw new CorruptDataException(
          "task '%s': %s changed while it was read; run the same command again"
              .formatted(planned.name(), planned.settings().path()));
    }
    for (TextParts parts : sets.values()) {
      parts.commit();
    }
  }

  @Override
  public void close() throws IOException {
    for (TextParts parts : sets.values()) {
      parts.close();
    }
  }
}
