package io.retromae.embed.task;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A folder of a task, for one test. */
final class TaskFolder implements BeforeEachCallback, AfterEachCallback {
  private static final Storage STORAGE = new Storage(new Configuration());

  private Path folder;

  /** A task with its texts. */
  record Read(Task task, TextsInMemory memory, List<String> unasked) {
    /** A set's texts as {@code id|text}. */
    List<String> texts(TextSet set) {
      List<String> all = new ArrayList<>();
      for (int i = 0; i < memory.ids(set).size(); i++) {
        all.add(memory.ids(set).get(i) + "|" + memory.texts(set).get(i));
      }
      return all;
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("task");
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  /** Lines; in those of JSON, single quotes stand for double ones. */
  void write(String name, String... lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    boolean json = name.contains(".json");
    write(name, (json ? text.replace('\'', '"') : text).getBytes(StandardCharsets.UTF_8));
  }

  void parquet(String name, List<String> columns, List<List<String>> rows) throws IOException {
    List<Column> texts = columns.stream().map(Column::text).toList();
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(STORAGE, folder.toString(), name, texts, 2)) {
      for (List<String> row : rows) {
        row.forEach(writer::text);
        writer.endRow();
      }
      writer.commit();
    }
  }

  Read read(String... assignments) {
    return readBelow("", assignments);
  }

  Read readBelow(String below, String... assignments) {
    List<String> all = new ArrayList<>(List.of(assignments));
    all.add("name=t");
    all.add("path=" + folder.resolve(below));
    TextsInMemory texts = new TextsInMemory();
    TaskSettings settings = ConfigLoader.load(TaskSettings.class, List.of(), all).value();
    List<String> unasked = new ArrayList<>();
    TextSink sink =
        new TextSink() {
          @Override
          public void text(TextSet set, String id, String text) {
            texts.text(set, id, text);
          }

          @Override
          public void unaskedQuery(String text) {
            unasked.add(text);
          }
        };
    return new Read(TaskReader.read(STORAGE, settings, sink), texts, unasked);
  }
}
