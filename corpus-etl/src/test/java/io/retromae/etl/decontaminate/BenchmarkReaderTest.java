package io.retromae.etl.decontaminate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.etl.decontaminate.DecontaminationSettings.BenchmarkSet;
import io.retromae.etl.normalize.Normalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkReaderTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir private Path folder;

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private void write(String name, String... lines) throws IOException {
    write(name, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void writeParquet(String name, List<String> columns, List<List<String>> rows)
      throws IOException {
    String path = folder.toString();
    List<Column> texts = columns.stream().map(Column::text).toList();
    try (ColumnTable.Writer writer = new ColumnTable.Writer(STORAGE, path, name, texts, 2)) {
      for (List<String> row : rows) {
        row.forEach(writer::text);
        writer.endRow();
      }
      writer.commit();
    }
  }

  /** What a read gave: {@code queries|text} each. */
  private record Read(List<String> texts, BenchmarkReport report) {}

  private Read read(String path, Part... parts) {
    List<String> texts = new ArrayList<>();
    BenchmarkSet set =
        new BenchmarkSet("beir/x", folder.resolve(path).toString(), Arrays.asList(parts));
    BenchmarkReport report =
        BenchmarkReader.read(
            STORAGE, set, text -> texts.add(text.part().label() + "|" + text.text()));
    return new Read(texts, report);
  }

  private void writeBeir() throws IOException {
    write(
        "queries.jsonl",
        "{\"_id\": \"1\", \"text\": \"q one\", \"metadata\": {}}",
        "",
        "{\"_id\": \"2\", \"text\": \"q two\"}");
    write(
        "corpus.jsonl",
        "{\"_id\": \"a\", \"title\": \"T\", \"text\": \"body\"}",
        "{\"_id\": \"b\", \"title\": \"\", \"text\": \"untitled\"}");
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore", "1\ta\t1");
    write("README.md", "# x");
  }

  @Test
  void beirFolderGivesItsQueries() throws IOException {
    writeBeir();

    Read read = read("", Part.QUERIES);

    assertEquals(List.of("queries|q one", "queries|q two"), read.texts());
    assertEquals(2, read.report().texts(Part.QUERIES));
    assertEquals(3, read.report().skipped().size(), "README, judgments, unwanted passages");
    assertEquals(2, read.report().files().stream().mapToLong(f -> f.records()).sum());
  }

  @Test
  void beirFolderGivesItsPassagesWhenAskedWithTheirTitles() throws IOException {
    writeBeir();

    assertEquals(
        List.of("passages|T\nbody", "passages|untitled", "queries|q one", "queries|q two"),
        read("", Part.QUERIES, Part.PASSAGES).texts());
    assertEquals(List.of("passages|T\nbody", "passages|untitled"), read("", Part.PASSAGES).texts());
  }

  @Test
  void parquetFoldersOfMtebAndFilesOfCmtebAreTold() throws IOException {
    writeParquet(
        "m/queries/test-00000-of-00001.parquet",
        List.of("_id", "text"),
        List.of(List.of("1", "q one")));
    writeParquet(
        "m/corpus/test-00000-of-00001.parquet",
        List.of("_id", "text", "title"),
        List.of(List.of("a", "body", "T"), List.of("b", "more", "U"), List.of("c", "most", "V")));
    writeParquet(
        "m/default/test-00000-of-00001.parquet",
        List.of("query-id", "corpus-id", "score"),
        List.of(List.of("1", "a", "1")));
    writeParquet(
        "c/data/queries-00000-of-00001-0a1b.parquet",
        List.of("id", "text"),
        List.of(List.of("1", "问")));
    writeParquet(
        "c/data/corpus-00000-of-00001-0a1b.parquet",
        List.of("id", "text"),
        List.of(List.of("1", "答")));
    writeParquet(
        "c/data/dev-00000-of-00001-0a1b.parquet",
        List.of("qid", "pid", "score"),
        List.of(List.of("1", "1", "1")));

    assertEquals(
        List.of("passages|T\nbody", "passages|U\nmore", "passages|V\nmost", "queries|q one"),
        read("m", Part.QUERIES, Part.PASSAGES).texts());
    assertEquals(List.of("queries|问"), read("c", Part.QUERIES).texts());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'sentence1': 'a', 'sentence2': 'b', 'score': 1.5}; queries|a, queries|b",
        "{'sent1': ['a', 'c'], 'sent2': ['b'], 'labels': [1]}; queries|a, queries|c, queries|b",
        "{'query': 'q', 'positive': ['p'], 'negative': ['n', 'm']}; queries|q, passages|p, passages|n, passages|m",
        "{'query': 'q', 'pos': ['p'], 'neg': []}; queries|q, passages|p",
        "{'query': ['q', 'r'], 'positive': 'p', 'negative': null}; queries|q, queries|r, passages|p",
        "{'id': 7, 'question': 'q', 'answer': 'a'}; queries|q, passages|a",
        "{'text': 't', 'label': 3, 'label_text': 'good'}; queries|t",
        "{'sentences': ['s', 't'], 'labels': [0, 1]}; queries|s, queries|t",
        "{'query-id': '1', 'instruction': 'i'}; queries|i",
        "{'_id': '1', 'title': 'T', 'text': 't'}; passages|T<lf>t",
        "{'_id': '1', 'title': 'T', 'text': ' '}; passages|T"
      })
  void layoutsAreToldByTheirFields(String record, String texts) throws IOException {
    write("test.jsonl", record.replace('\'', '"'));
    List<String> expected = Arrays.asList(texts.replace("<lf>", "\n").split(", "));

    List<String> found = new ArrayList<>();
    for (Part part : Part.values()) {
      String prefix = part.label() + "|";
      if (expected.stream().anyMatch(text -> text.startsWith(prefix))) {
        found.addAll(read("test.jsonl", part).texts());
      }
    }

    assertEquals(expected, found);
  }

  @Test
  void compressedFilesAndArraysAreReadWhateverTheirNames() throws IOException {
    byte[] lines = "{\"query\": \"one\"}\n{\"query\": \"two\"}".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(lines);
    }
    write("a/x.jsonl.gz", gzip.toByteArray());
    write("b/x.jsonl.zst", Zstd.compress(lines));
    write("c/x.json", "\uFEFF [{\"query\": \"one\"},", " {\"query\":", "\"two\"}]");
    write("d/x.data", lines);

    for (String path : List.of("a", "b", "c", "d/x.data", "a/x.jsonl.gz", "?/x.json")) {
      assertEquals(List.of("queries|one", "queries|two"), read(path, Part.QUERIES).texts(), path);
    }
  }

  @Test
  void badRecordsAreCountedWithTheirPlaceAndLeftOut() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        "{\"query\": \"one\"}\n{\"query\": \n[1]\n{\"query\": null}\n"
            .getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}', '\n'});
    bytes.writeBytes(
        "{\"query\": \" \"}\n{\"query\": 3}\n{\"other\": 3}\n{\"query\": \"two\"}"
            .getBytes(StandardCharsets.UTF_8));
    write("queries.jsonl", bytes.toByteArray());

    Read read = read("queries.jsonl", Part.QUERIES);

    assertEquals(List.of("queries|one", "queries|two"), read.texts());
    BenchmarkReport.FileCounts counts = read.report().files().get(0);
    assertEquals(9, counts.records());
    assertEquals(
        Map.of(
            "invalid_json",
            1L,
            "wrong_type",
            2L,
            "missing_text",
            1L,
            "invalid_utf8",
            1L,
            "empty_text",
            1L,
            "unknown_layout",
            1L),
        counts.bad());
    assertEquals(7, read.report().badRecords());
    assertTrue(
        read.report().bad().get(0).matches(".*queries.jsonl record 2: .*"),
        read.report().bad().get(0));
  }

  @Test
  void unknownLayoutNamesTheFileWhatWasFoundAndWhatIsKnown() throws IOException {
    write("data.jsonl", "{\"prompt\": \"p\", \"completion\": \"c\"}");

    String message =
        assertThrows(ConfigException.class, () -> read("data.jsonl", Part.QUERIES)).getMessage();

    for (String part :
        List.of("beir/x", "data.jsonl", "prompt, completion", "sentence1", "_id + text")) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void textsThatMayBeQueriesOrPassagesNeedATellingName() throws IOException {
    write("data.jsonl", "{\"id\": \"1\", \"text\": \"c\"}");

    String message =
        assertThrows(ConfigException.class, () -> read("data.jsonl", Part.QUERIES)).getMessage();

    assertTrue(message.contains("named queries or corpus"), message);
  }

  @Test
  void aTableThatHoldsNoJudgmentsIsRefused() throws IOException {
    write("queries.tsv", "1\twhat is it");

    String message =
        assertThrows(ConfigException.class, () -> read("queries.tsv", Part.QUERIES)).getMessage();

    assertTrue(message.contains("queries.tsv") && message.contains("JSON lines"), message);
  }

  @Test
  void aWantedPartWithoutTextsIsRefused() throws IOException {
    write("queries.jsonl", "{\"_id\": \"1\", \"text\": \"c\"}");

    String message =
        assertThrows(ConfigException.class, () -> read("queries.jsonl", Part.PASSAGES))
            .getMessage();

    assertTrue(message.contains("no passages in [file:"), message);
  }

  @Test
  void aPathWithoutTablesIsRefusedAndSaysWhatIsThere() throws IOException {
    write("README.md", "# x");
    write("data-00000.arrow", "x");

    String message = assertThrows(ConfigException.class, () -> read("", Part.QUERIES)).getMessage();
    write("only/README.md", "# x");
    String readme =
        assertThrows(ConfigException.class, () -> read("only", Part.QUERIES)).getMessage();
    String nothing =
        assertThrows(ConfigException.class, () -> read("nowhere", Part.QUERIES)).getMessage();

    assertTrue(message.contains("data-00000.arrow") && message.contains(".parquet"), message);
    assertTrue(readme.contains("no file of records"), readme);
    assertTrue(nothing.contains("nowhere"), nothing);
  }

  @Test
  void brokenFilesAreRefusedWithTheirNameAndPlace() throws IOException {
    byte[] lines = "{\"query\": \"one\"}\n".repeat(5_000).getBytes(StandardCharsets.UTF_8);
    byte[] zstd = Zstd.compress(lines);
    write("cut.jsonl.zst", Arrays.copyOf(zstd, zstd.length - 5));
    write("cut.json", "[{\"query\": \"one\"}, {\"query\": ");
    write("open.json", "[{\"query\": \"one\"}");
    write("cut.parquet", "PAR1 and nothing else");

    for (String path : List.of("cut.jsonl.zst", "cut.json", "open.json", "cut.parquet")) {
      String message =
          assertThrows(CorruptDataException.class, () -> read(path, Part.QUERIES)).getMessage();
      assertTrue(message.contains(path) && message.contains("after record"), message);
    }
  }

  @Test
  void indexingCountsWhatBecameOfTheTexts() throws IOException {
    write(
        "queries.jsonl",
        "{\"_id\": \"1\", \"text\": \"what is it\"}",
        "{\"_id\": \"2\", \"text\": \"what is a lobster roll sandwich\"}",
        "{\"_id\": \"3\", \"text\": \"如何申请护照补办手续\"}");
    DecontaminationSettings settings =
        Benchmarks.settings("sets=[{name: beir/x, path: \"" + folder + "\"}]");

    BenchmarkIndexing indexing = BenchmarkIndexing.of(STORAGE, settings, Normalizer::normalize);

    assertEquals(Map.of("beir/x queries", Map.of("too_short", 1L, "whole", 2L)), indexing.texts());
    assertEquals(List.of("beir/x queries"), indexing.index().tasks());
    assertEquals(2, indexing.index().size());
    assertEquals(1, indexing.keptOut().get(0).ignored());
  }

  @Test
  void aFolderWhoseNameLooksLikeAPatternIsThatFolder() throws IOException {
    write("b[1]/qrels/test.tsv", "query-id\tcorpus-id\tscore");
    write("b[1]/queries.jsonl", "{}");
    write("b[1]/a/b/c/deep.jsonl", "{}");
    write("b1/queries.jsonl", "{}");
    write("b1/qrels/test.tsv", "x");
    var set =
        Benchmarks.settings("sets=[{name: s, path: '%s'}]".formatted(folder.resolve("b[1]")))
            .sets()
            .get(0);

    List<String> paths =
        BenchmarkFiles.list(STORAGE, set).read().stream().map(BenchmarkFile::path).toList();

    String own = "file:" + folder.resolve("b[1]");
    assertEquals(List.of(own + "/qrels/test.tsv", own + "/queries.jsonl"), paths);
  }
}
