package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Split;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What editors and other tools leave in files: marks, other encodings, numbers that are none. */
class JoinedFilesTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final String MARK = "\uFEFF";

  @TempDir Path folder;

  private FilePart part(Format format, byte[] bytes, ReaderSettings limits) throws IOException {
    Path file = Files.write(folder.resolve("file"), bytes);
    InputSettings input = InputSettings.of(file.toString(), format);
    return Parts.of(input, limits);
  }

  private FilePart part(Format format, String text) throws IOException {
    return part(
        format,
        text.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
        ReaderSettings.standard());
  }

  private static List<String> texts(Reading reading) {
    return reading.documents().stream().map(Document::text).toList();
  }

  @Test
  void marksBeforeLinesAreNoPartOfThemWhereverAFileIsCut() throws IOException {
    String joined =
        MARK
            + "{'text': 'a'}\n"
            + MARK
            + MARK
            + "{'text': 'b'}\r\n\n"
            + MARK
            + "\n"
            + MARK
            + " {'text': '"
            + MARK
            + "c'}\n{'text': 'd'}\n"
            + MARK;
    FilePart part = part(Format.JSONL, joined);

    Reading whole = Reading.of(STORAGE, part);

    assertEquals(List.of("a", "b", MARK + "c", "d"), texts(whole));
    assertEquals(Map.of(), whole.quarantined());
    for (long cut = 1; cut < part.size(); cut++) {
      List<Split> splits =
          List.of(
              Split.range(Split.Shape.LINES, 0, 0, cut),
              Split.range(Split.Shape.LINES, cut, cut, Long.MAX_VALUE));
      Reading.of(STORAGE, part, splits).assertEqualTo(whole, "cut at " + cut);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        MARK + "[{'content': 'a'}, {'content': 'b'}]\n" + MARK + "[{'content': 'c'}]",
        "{'RECORDS': [{'content': 'a'}]}\n"
            + MARK
            + MARK
            + "{'n': 1, 'RECORDS': [{'content': 'b'}, {'content': 'c'}]}\n",
        "[]\n[{'content': 'a'},{'content': 'b'}][{'content': 'c'}]",
        MARK
            + "\n[{'content': 'a'}]"
            + MARK
            + "{'n': [{}], 'RECORDS': [{'content': 'b'}], 'more': [{'content': 'c'}]}"
      })
  void arraysMayFollowArrays(String joined) throws IOException {
    Reading read = Reading.of(STORAGE, part(Format.WUDAO, joined));

    assertEquals(List.of("a", "b", "c"), texts(read));
    assertEquals(Map.of(), read.quarantined());
    assertEquals(Map.of(), withoutSources(read));
  }

  private static Map<String, Long> withoutSources(Reading read) {
    Map<String, Long> notes = new java.util.TreeMap<>(read.notes());
    notes.remove("unknown_source");
    return notes;
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-16LE, true", "UTF-16LE, false", "UTF-16BE, true", "UTF-16BE, false",
    "UTF-32LE, true", "UTF-32LE, false", "UTF-32BE, true", "UTF-32BE, false"
  })
  void filesInWideEncodingsAreRefusedByName(String encoding, boolean mark) throws IOException {
    String text = (mark ? MARK : "") + "{\"text\": \"汉字\"}\n{\"text\": \"b\"}\n";
    FilePart part =
        part(Format.JSONL, text.getBytes(Charset.forName(encoding)), ReaderSettings.standard());

    Reading read = Reading.of(STORAGE, part);

    FileError error = read.errors().get(0);
    assertEquals(FileError.NOT_UTF8, error.kind());
    assertTrue(error.message().contains("iconv -f " + encoding), error.message());
    assertEquals(0, read.records());
    List<Split> splits =
        List.of(
            Split.range(Split.Shape.LINES, 0, 0, 20),
            Split.range(Split.Shape.LINES, 20, 20, Long.MAX_VALUE));
    Reading.of(STORAGE, part, splits).assertEqualTo(read, encoding);
  }

  @Test
  void numbersThatAreNoneAreAcceptedWhereTheyAreNotRead() throws IOException {
    String lines =
        "{'a': NaN, 'text': 'x', 'b': [Infinity, {'c': -Infinity}], 'meta': {'n': NaN}}\n"
            + "{'text': 'y'}\n{'text': NaN}\n{'text': -Infinity}\n{'a': Nan, 'text': 'z'}\n";

    Reading read = Reading.of(STORAGE, part(Format.JSONL, lines));

    assertEquals(List.of("x", "y"), texts(read));
    assertEquals(Map.of("invalid_json", 3L), read.quarantined());
    assertEquals(Map.of("non_numbers", 1L), read.notes());
  }

  @Test
  void numbersThatAreNoneAreQuarantinedIfAskedFor() throws IOException {
    ReaderSettings strict = Parts.limits("raw_controls=accept", "nan=quarantine");
    byte[] lines = "{\"a\": NaN, \"text\": \"x\"}\n".getBytes(StandardCharsets.UTF_8);

    Reading read = Reading.of(STORAGE, part(Format.JSONL, lines, strict));

    assertEquals(Map.of("invalid_json", 1L), read.quarantined());
  }
}
