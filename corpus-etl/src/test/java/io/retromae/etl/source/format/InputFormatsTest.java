package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFormatsTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  private Reading read(InputSettings input, ReaderSettings limits, byte[] bytes)
      throws IOException {
    Files.write(Path.of(input.path()), bytes);
    return Reading.of(STORAGE, Parts.of(input, limits));
  }

  private InputSettings columns(Format format, String text, String title, String set) {
    String path = folder.resolve("file").toString();
    return new InputSettings(path, format, text, title, set, "");
  }

  private static ReaderSettings lenient() {
    return Parts.limits("invalid_utf8=replace", "raw_controls=accept");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void columnsOfJsonLinesAreTheOnesThatWereNamed() throws IOException {
    String line = "{\"body\": \"Text\", \"head\": \"Title\", \"kind\": \"news\", \"text\": 1}\n";

    Reading read =
        read(columns(Format.JSONL, "body", "head", "kind"), ReaderSettings.standard(), utf8(line));

    assertEquals(
        List.of(new Document(Document.id("n", 0), "jsonl/news", "Title", "Title\nText")),
        read.documents());
  }

  @Test
  void aSourceThatIsGivenReplacesTheFormatsName() throws IOException {
    InputSettings input =
        new InputSettings(folder.resolve("file").toString(), Format.PILE, "text", "", "", "mine");

    Reading read = read(input, ReaderSettings.standard(), utf8("{\"text\": \"a\"}"));

    assertEquals("mine/unknown", read.documents().get(0).source());
  }

  @Test
  void idsAreMadeOfTheOffsetOfTheRecord() throws IOException {
    String lines = "{\"text\": \"a\"}\n\n{\"text\": \"a\"}\n";

    Reading read =
        read(columns(Format.JSONL, "text", "", ""), ReaderSettings.standard(), utf8(lines));

    assertEquals(Document.id("n", 15), read.documents().get(1).id());
    assertNotEquals(read.documents().get(0).id(), read.documents().get(1).id());
  }

  @Test
  void malformedUtf8IsReplacedAndCountedIfAskedFor() throws IOException {
    byte[] line = utf8("{\"text\": \"a?b?\"}\n");
    line[11] = (byte) 0xFF;
    line[13] = (byte) 0x80;

    Reading read = read(columns(Format.JSONL, "text", "", ""), lenient(), line);

    assertEquals("a\uFFFDb\uFFFD", read.documents().get(0).text());
    assertEquals(Map.of("replaced_utf8", 2L), read.notes());
  }

  @Test
  void rawControlCharactersAreAcceptedAndCountedIfAskedFor() throws IOException {
    Reading read =
        read(columns(Format.JSONL, "text", "", ""), lenient(), utf8("{\"text\": \"a\tb\"}\n"));

    assertEquals("a\tb", read.documents().get(0).text());
    assertEquals(Map.of("raw_controls", 1L), read.notes());
  }

  @Test
  void rowsOfParquetWithoutTextAreSetAside() throws IOException {
    byte[] bytes = SampleParquet.bytes(folder, 20, new Random(1));

    Reading read =
        read(columns(Format.PARQUET, "text", "title", "set"), ReaderSettings.standard(), bytes);

    assertEquals(200, read.records());
    assertTrue(read.quarantined().get("missing_text") > 0);
    assertTrue(read.documents().stream().anyMatch(d -> d.source().equals("parquet/s")));
    assertTrue(read.documents().stream().anyMatch(d -> d.text().startsWith("t")));
  }

  @Test
  void aFileWithoutTheColumnIsBadAndSaysWhichItHas() throws IOException {
    byte[] bytes = SampleParquet.bytes(folder, 1, new Random(1));

    Reading read = read(columns(Format.PARQUET, "body", "", ""), ReaderSettings.standard(), bytes);

    FileError error = read.errors().get(0);
    assertEquals(FileError.COLUMNS, error.kind());
    assertTrue(error.message().contains("no column 'body'"), error.message());
    assertTrue(error.message().contains("title (optional binary)"), error.message());
    assertEquals(0, read.records());
  }

  @Test
  void aColumnOfNumbersOrListsHoldsNoText() throws IOException {
    byte[] bytes = SampleParquet.bytes(folder, 1, new Random(1));

    for (String column : List.of("number", "tags")) {
      Reading read =
          read(columns(Format.PARQUET, column, "", ""), ReaderSettings.standard(), bytes);

      FileError error = read.errors().get(0);
      assertEquals(FileError.COLUMNS, error.kind());
      assertTrue(error.message().contains("must be a string"), error.message());
    }
  }

  @Test
  void publishedFormatsRefuseColumns() {
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> columns(Format.WUDAO, "body", "", ""));

    assertTrue(refusal.getMessage().contains("text_column = 'body'"), refusal.getMessage());
  }

  @Test
  void textBehindAnArrayIsCounted() throws IOException {
    InputSettings input = InputSettings.of(folder.resolve("file").toString(), Format.WUDAO);

    Reading read = read(input, ReaderSettings.standard(), utf8("[{\"content\": \"a\"}] x y\n"));

    assertEquals(1, read.documents().size());
    assertEquals(2, read.notes().get("bytes_after_array"));
  }

  @Test
  void blocksBeforeABrokenOneAreNotLost() throws IOException {
    byte[] whole = SampleKind.PILE_ONE_FRAME.bytes(folder, 4000, new Random(3));
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 10);

    Reading all = Reading.of(STORAGE, SampleKind.PILE_ONE_FRAME.store(folder, whole, 256));
    Reading some = Reading.of(STORAGE, SampleKind.PILE_ONE_FRAME.store(folder, cut, 256));

    assertEquals(all.documents().subList(0, some.documents().size()), some.documents());
    assertTrue(some.documents().size() > all.documents().size() / 2);
    assertEquals(FileError.TRUNCATED, some.errors().get(0).kind());
  }
}
