package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns that lie within others, and what is said of those that are not there. */
class ColumnPathsTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  private InputSettings columns(Format format, String text, String title, String set) {
    return new InputSettings(folder.resolve("file").toString(), format, text, title, set, "");
  }

  private Reading read(InputSettings input) throws IOException {
    return Reading.of(STORAGE, Parts.of(input));
  }

  private Reading read(InputSettings input, String lines) throws IOException {
    Files.writeString(Path.of(input.path()), lines.replace('\'', '"'));
    return read(input);
  }

  private static List<String> sources(Reading reading) {
    return reading.documents().stream().map(Document::source).toList();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`'meta': {'set': 'a'}`, a",
        "`'meta.set': 'dotted', 'meta': {'set': 'a'}`, dotted",
        "`'meta': {'set': 'a'}, 'meta.set': 'dotted'`, dotted",
        "`'meta.set': null, 'meta': {'set': 'a'}`, unknown",
        "`'meta': {'other': {'set': 'b'}, 'set': 'a'}`, a",
        "`'meta': {'set': 'a'}, 'meta': {'set': 'b'}`, b",
        "`'meta': {'set': 'a', 'set': 'b'}`, b",
        "`'meta': {'set': 3}`, 3",
        "`'meta': {'set': 1.50}`, 1.50",
        "`'meta': {'set': true}`, true",
        "`'meta': {'set': NaN}`, unknown",
        "`'meta': {'set': null}`, unknown",
        "`'meta': {'set': ' '}`, unknown",
        "`'meta': {'set': ['a']}`, unknown",
        "`'meta': {'set': {'a': 'b'}}`, unknown",
        "`'meta': 'set'`, unknown",
        "`'meta': [{'set': 'a'}]`, unknown",
        "`'m\\u0065ta': {'s\\u0065t': 'a'}`, a"
      })
  void aSetIsFoundWithinAnObjectOrUnderAKeyWithADot(String members, String set) throws IOException {
    InputSettings input = columns(Format.JSONL, "text", "", "meta.set");

    Reading read = read(input, "{'text': 'x', " + members + "}\n{" + members + ", 'text': 'x'}");

    assertEquals(List.of("jsonl/" + set, "jsonl/" + set), sources(read));
    assertEquals(set.equals("unknown") ? 2 : 0, read.notes().getOrDefault("unknown_source", 0L));
  }

  @Test
  void textTitleAndSetMayLieDeepAndTogether() throws IOException {
    InputSettings input = columns(Format.JSONL, "page.body.text", "page.title", "page.body.kind");

    Reading read =
        read(input, "{'page': {'title': 'T', 'body': {'kind': 'k', 'text': 'x', 'n': [1]}}}");

    assertEquals("T\nx", read.documents().get(0).text());
    assertEquals(List.of("jsonl/k"), sources(read));
  }

  @Test
  void setsOfSlimPajamaAreKnownInThePilesLayout() throws IOException {
    InputSettings input = InputSettings.of(folder.resolve("file").toString(), Format.PILE);

    Reading read =
        read(
            input,
            "{'text': 'x', 'meta': {'redpajama_set_name': 'RedPajamaC4'}}\n"
                + "{'text': 'x', 'meta': {'redpajama_set_name': 'a', 'pile_set_name': 'b'}}\n");

    assertEquals(List.of("pile/RedPajamaC4", "pile/b"), sources(read));
  }

  @Test
  void anObjectWhereANameShouldBeIsCounted() throws IOException {
    InputSettings input = columns(Format.JSONL, "text", "", "meta");

    Reading read = read(input, "{'text': 'x', 'meta': {'set': 'a'}}\n");

    assertEquals(Map.of("set_no_text", 1L, "unknown_source", 1L), read.notes());
  }

  @Test
  void aRecordWithoutTextSaysWhichKeysItHas() throws IOException {
    InputSettings input = columns(Format.JSONL, "text", "", "");

    Reading read =
        read(
            input,
            "{'id': 1, 'page': {'body': 'x', 'links': [{'a': 1}]}, 'a\\nb': null}\n{'text': null}");

    assertEquals(Map.of("missing_text", 2L), read.quarantined());
    assertTrue(
        read.aside().get(0).contains("no 'text'; keys: id, page.body, page.links, a\uFFFDb"));
    assertTrue(read.aside().get(1).contains("'text' is null"), read.aside().get(1));
  }

  private void parquet(String schema, Consumer<Group> fill) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType(schema);
    Path path = folder.resolve("file");
    Files.deleteIfExists(path);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(
                HadoopOutputFile.fromPath(
                    new org.apache.hadoop.fs.Path(path.toString()), new Configuration()))
            .withType(type)
            .build()) {
      Group row = new SimpleGroupFactory(type).newGroup();
      fill.accept(row);
      writer.write(row);
      writer.write(new SimpleGroupFactory(type).newGroup());
    }
  }

  @Test
  void structsOfParquetAreEntered() throws IOException {
    parquet(
        "message row { optional group page { optional binary text; optional group meta {"
            + " optional binary set; optional int32 n; } optional binary title; } }",
        row -> {
          Group page = row.addGroup("page").append("text", "x").append("title", "T");
          page.addGroup("meta").append("set", "a");
        });

    Reading read = read(columns(Format.PARQUET, "page.text", "page.title", "page.meta.set"));

    assertEquals("T\nx", read.documents().get(0).text());
    assertEquals(List.of("parquet/a"), sources(read));
    assertEquals(Map.of("missing_text", 1L), read.quarantined());
  }

  @Test
  void aColumnOfParquetWhoseNameHoldsTheDotWins() throws IOException {
    parquet(
        "message row { optional binary text; optional group meta { optional binary set; }"
            + " optional binary meta.set; }",
        row -> {
          row.append("text", "x").append("meta.set", "dotted");
          row.addGroup("meta").append("set", "a");
        });

    assertEquals(
        List.of("parquet/dotted"), sources(read(columns(Format.PARQUET, "text", "", "meta.set"))));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "meta.name, `no column 'meta.name'; columns found: text (optional binary), meta.n`",
        "meta.n, `'meta.n' must be a string or binary, is 'optional int32'`",
        "meta, `'meta' must be a string or binary, is 'optional group'`",
        "list.set, `'list.set' must be a string or binary, is 'in a list'`"
      })
  void otherColumnsOfParquetAreRefusedWithThoseFound(String column, String message)
      throws IOException {
    parquet(
        "message row { optional binary text; optional group meta { optional int32 n; }"
            + " repeated group list { optional binary set; } }",
        row -> row.append("text", "x"));

    FileError error = read(columns(Format.PARQUET, "text", "", column)).errors().get(0);

    assertEquals(FileError.COLUMNS, error.kind());
    assertTrue(error.message().contains(message), error.message());
  }
}
