package io.retromae.etl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Unread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found before Spark starts. */
class EtlPlanTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  private EtlConfig config(String inputs, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "inputs=" + inputs.replace("DIR", folder.toString()),
                "output=" + folder.resolve("out"),
                "vocab=" + ROOT.resolve("examples/vocab.txt")));
    settings.addAll(List.of(more));
    return ConfigLoader.load(EtlConfig.class, List.of(), settings).value();
  }

  private EtlPlan plan(String inputs, String... more) {
    return EtlPlan.of(STORAGE, config(inputs, more));
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void parquet(String name, String column) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { optional binary %s (STRING); }".formatted(column));
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(
                HadoopOutputFile.fromPath(
                    new org.apache.hadoop.fs.Path(file.toString()), new Configuration()))
            .withType(schema)
            .build()) {
      writer.write(new SimpleGroupFactory(schema).newGroup().append(column, "a text"));
    }
  }

  @Test
  void anyFileThatIsNoTextIsRefusedBeforeWorkOrListed() throws IOException {
    write("raw/a.jsonl", "{\"text\": \"a\"}\n");
    write("raw/sub/b.jsonl", "PK\u0003\u0004 zip");
    write("raw/c.jsonl.zst", "no zstd");

    String inputs = "[{path: DIR/raw, format: jsonl}]";
    var refusal = assertThrows(CorruptDataException.class, () -> plan(inputs));
    EtlPlan salvaging = plan(inputs, "on_bad_file=salvage");

    assertTrue(refusal.getMessage().contains("sub/b.jsonl: it is a zip"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("c.jsonl.zst: not ZSTD"), refusal.getMessage());
    assertEquals(2, refusal.getMessage().lines().count());
    assertEquals(2, salvaging.bad().size());
    assertEquals(3, salvaging.files().size(), "their readers say the same");
  }

  @Test
  void aLaterParquetFileWithoutTheColumnIsBad() throws IOException {
    parquet("p/a.parquet", "text");
    parquet("p/b.parquet", "body");
    String inputs = "[{path: DIR/p, format: parquet}]";

    var refusal = assertThrows(CorruptDataException.class, () -> plan(inputs));

    assertTrue(refusal.getMessage().contains("p/b.parquet: no column 'text'"));
    assertTrue(refusal.getMessage().contains("body (optional binary)"), refusal.getMessage());
    assertEquals(1, plan(inputs, "on_bad_file=salvage").bad().size());
  }

  @Test
  void aColumnThatNoFileHasIsAMistakeInTheConfiguration() throws IOException {
    parquet("p/a.parquet", "body");
    parquet("p/b.parquet", "body");

    for (String mode : List.of("strict", "salvage")) {
      var refusal =
          assertThrows(
              ConfigException.class,
              () -> plan("[{path: DIR/p, format: parquet}]", "on_bad_file=" + mode));
      assertTrue(refusal.getMessage().contains("set text_column"), refusal.getMessage());
      assertEquals(1, refusal.getMessage().lines().count());
    }
  }

  @Test
  void aPartitionFolderServesAsSourceColumn() throws IOException {
    parquet("h/lang=en/a.parquet", "text");
    parquet("h/lang=__HIVE_DEFAULT_PARTITION__/b.parquet", "text");
    parquet("h/c.parquet", "text");
    String inputs = "[{path: DIR/h, format: parquet, source_column: lang}]";

    var refusal = assertThrows(CorruptDataException.class, () -> plan(inputs));

    assertTrue(refusal.getMessage().contains("h/c.parquet: no column 'lang'"));
    assertEquals(1, refusal.getMessage().lines().count());
  }

  @Test
  void aFileOfTwoInputsIsReadOnceAndNamed() throws IOException {
    write("raw/a.jsonl", "{}");
    write("raw/b.jsonl", "{}");

    EtlPlan plan = plan("[{path: DIR/raw, format: jsonl}, {path: DIR/raw/a*, format: jsonl}]");

    assertEquals(2, plan.files().size());
    assertEquals(Unread.Reason.IN_ANOTHER_INPUT, plan.unread().get(0).reason());
    assertTrue(
        plan.describe(config("[]")).stream().anyMatch(line -> line.contains("in another input")),
        plan.describe(config("[]")).toString());
  }

  @Test
  void inputsThatGiveAFileDifferentSourcesAreRefused() throws IOException {
    write("raw/a.jsonl", "{}");

    var refusal =
        assertThrows(
            ConfigException.class,
            () ->
                plan(
                    "[{path: DIR/raw, format: jsonl, source: x}, {path: DIR/raw/a.jsonl, format: jsonl, source: y}]"));

    assertTrue(refusal.getMessage().contains("make their paths disjoint"), refusal.getMessage());
  }

  @Test
  void inputsMayReadDifferentColumnsOfAFile() throws IOException {
    write("raw/a.jsonl", "{}");

    EtlPlan plan =
        plan(
            "[{path: DIR/raw, format: jsonl}, {path: DIR/raw, format: jsonl, text_column: abstract}]");

    assertEquals(2, plan.files().size());
  }

  @Test
  void theStartUpLinesNameWhatIsNotReadAndWhy() throws IOException {
    write("raw/a.jsonl", "{}");
    write("raw/empty.jsonl", "");
    write("raw/_SUCCESS", "");
    write("raw/sub/b.jsonl", "{}");

    EtlPlan plan = plan("[{path: DIR/raw, format: jsonl}]", "files.recursive=false");
    String lines = String.join("\n", plan.describe(config("[]")));

    assertTrue(lines.contains("2 files"), lines);
    assertTrue(lines.contains("1 of them empty; not read: 1 hidden, 1 in sub folder"), lines);
    assertTrue(lines.contains("not read file:" + folder + "/raw/_SUCCESS: hidden"), lines);
  }
}
