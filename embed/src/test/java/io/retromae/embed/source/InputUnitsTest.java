package io.retromae.embed.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Setting;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.shard.ShardWriter;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However inputs are divided, the rows are the same. */
class InputUnitsTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  private record Inputs(@Setting(doc = "Inputs.") List<TextInput> inputs) {}

  private static InputFiles files(String inputs) {
    Inputs read = ConfigLoader.load(Inputs.class, List.of(), List.of("inputs=" + inputs)).value();
    return InputFiles.find(STORAGE, read.inputs());
  }

  private static List<InputUnit> units(String inputs, long bytesPerUnit) {
    return InputUnits.of(STORAGE, files(inputs), bytesPerUnit);
  }

  /** All rows and refusals in words, read as the job does: units numbered by those before. */
  private static List<String> read(List<InputUnit> units) throws IOException {
    List<String> all = new ArrayList<>();
    long before = 0;
    int file = -1;
    for (InputUnit unit : units) {
      before = unit.file().number() == file ? before : 0;
      file = unit.file().number();
      try (Rows rows = unit.withBefore(before).open(STORAGE)) {
        boolean more = true;
        while (more) {
          try {
            Optional<Row> row = rows.next();
            row.ifPresent(found -> all.add(rows.number() + " " + words(found)));
            more = row.isPresent();
          } catch (RefusedRecordException e) {
            all.add(rows.number() + " " + e.reason());
          }
        }
        before = rows.number();
      }
    }
    return all;
  }

  private static String words(Row row) {
    return row instanceof Row.Ids ids ? ids.id() + Arrays.toString(ids.ids()) : row.toString();
  }

  private static final List<String> LINES =
      List.of("", "a", "天地人", " ", "\ufeffb", "{\"text\": \"ü\"}", "{\"text\": 3}", "{\"x\": 1}");

  private byte[] randomLines(Random random) {
    StringBuilder text = new StringBuilder();
    int count = random.nextInt(40);
    for (int i = 0; i < count; i++) {
      text.append(LINES.get(random.nextInt(LINES.size())));
      boolean last = i == count - 1;
      text.append(last && random.nextBoolean() ? "" : random.nextInt(4) == 0 ? "\r\n" : "\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void anyDivisionOfLinesGivesTheSameIdsAndRows(long seed) throws IOException {
    Random random = new Random(seed);
    Files.write(folder.resolve("a.txt"), randomLines(random));
    Files.write(folder.resolve("b.jsonl"), randomLines(random));
    String inputs = "[{path: '%s'}]".formatted(folder);
    List<String> whole = read(units(inputs, 1 << 20));

    for (long bytes : new long[] {1, 2, 3, 5, 7, 16, 100}) {
      assertEquals(whole, read(units(inputs, bytes)), bytes + " bytes a unit");
    }
  }

  @Test
  void everyLineOfATextFileIsATextNumberedFromOne() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "x\r\n\n y \n");

    List<String> rows = read(units("[{path: '%s'}]".formatted(folder), 1));

    assertEquals(
        List.of(
            "1 Text[id=a.txt#1, text=x]",
            "2 Text[id=a.txt#2, text=]",
            "3 Text[id=a.txt#3, text= y ]"),
        rows);
  }

  @Test
  void parquetIsDividedBetweenRowGroups() throws IOException {
    List<Column> columns = List.of(Column.text("text"), Column.int64("key"), Column.text("more"));
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(STORAGE, folder.toString(), "a.parquet", columns, 3)) {
      for (int i = 0; i < 10; i++) {
        writer.text("t" + i).int64(100 - i).text("unread").endRow();
      }
      writer.commit();
    }
    String made = "[{path: '%s'}]".formatted(folder);
    String given = "[{path: '%s', id_column: key}]".formatted(folder);

    assertEquals(4, units(made, 1).size());
    assertEquals(1, units(made, 1 << 20).size());
    assertEquals(read(units(made, 1 << 20)), read(units(made, 1)));
    assertEquals("10 Text[id=a.parquet#10, text=t9]", read(units(made, 1)).get(9));
    assertEquals("10 Text[id=91, text=t9]", read(units(given, 1)).get(9));
  }

  @Test
  void columnsThatParquetLacksOrHasOtherwiseAreRefusedBeforeAnythingIsRead() throws IOException {
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(
            STORAGE, folder.toString(), "a.parquet", List.of(Column.int32("n")), 3)) {
      writer.int32(1).endRow();
      writer.commit();
    }

    String missing = refusal("[{path: '%s'}]");
    String type = refusal("[{path: '%s', text_column: n}]");

    assertTrue(missing.contains("a.parquet: has no column 'text', only n"), missing);
    assertTrue(type.contains("column 'n' must hold texts, holds int32"), type);
  }

  private String refusal(String inputs) {
    return assertThrows(ConfigException.class, () -> units(inputs.formatted(folder), 1))
        .getMessage();
  }

  @Test
  void samplesOfACorpusAreKnownByDocumentAndBlock() throws IOException {
    List<io.retromae.core.shard.ShardEntry> shards = new ArrayList<>();
    for (int shard = 0; shard < 2; shard++) {
      String name = "data/0000%d-x.parquet".formatted(shard);
      try (ShardWriter writer = new ShardWriter(STORAGE, folder.toString(), name, 2, Map.of())) {
        for (int i = 0; i < 3; i++) {
          String document = "%031d%d".formatted(0, shard);
          writer.append(new Sample(new int[] {5, 6 + i}, "s", document, i));
        }
        shards.add(writer.commit());
      }
    }
    new ShardManifest(
            1, "test", "f", 10, true, true, true, 8, 1, 6, 12, shards, List.of(), Map.of())
        .publish(STORAGE, folder.toString());
    String inputs = "[{path: '%s'}]".formatted(folder);

    List<String> rows = read(units(inputs, 1));

    assertEquals(4, units(inputs, 1).size());
    assertEquals(rows, read(units(inputs, 1 << 20)));
    assertEquals("3 %031d1#2[5, 8]".formatted(0), rows.get(5));
  }

  @Test
  void jsonArraysAreNotDivided() throws IOException {
    Files.writeString(folder.resolve("a.json"), " [{\"text\": \"a\"},\n {\"text\": null}]");

    List<InputUnit> units = units("[{path: '%s'}]".formatted(folder), 1);

    assertEquals(1, units.size());
    assertEquals(List.of("1 Text[id=a.json#1, text=a]", "2 Missing[id=a.json#2]"), read(units));
  }

  @Test
  void namesTellFormatsAndWhatTheyDoNotTellIsAsked() throws IOException {
    Files.writeString(folder.resolve("a.text"), "a\n");
    Files.writeString(folder.resolve(".hidden.txt"), "a\n");
    Files.writeString(folder.resolve("README.md"), "a\n");

    String asked = refusal("[{path: '%s'}]");
    InputFiles files = files("[{path: '%s', format: text}]".formatted(folder));

    assertTrue(asked.contains("a.text: its name does not tell what it holds"), asked);
    assertEquals(1, files.files().size());
    assertEquals(2, files.unread().size());
  }

  @Test
  void namesOfFilesAreThoseBelowTheNamedFolder() throws IOException {
    Files.createDirectories(folder.resolve("x/y"));
    Files.writeString(folder.resolve("x/y/a.txt"), "a\n");

    assertEquals("x/y/a.txt", name("%s"));
    assertEquals("y/a.txt", name("%s/x"));
    assertEquals("x/y/a.txt", name("%s/*/y"));
    assertEquals("a.txt", name("%s/x/y/a.txt"));
  }

  private String name(String pattern) {
    return files("[{path: '%s'}]".formatted(pattern.formatted(folder))).files().get(0).name();
  }
}
