package io.retromae.etl.source.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.format.Parts;
import io.retromae.etl.source.format.Reading;
import io.retromae.etl.source.format.SourceFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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

class WrappedArraysTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final String TWO = "[{'content': 'a'}, {'id': 1, 'content': 'b'}]";

  @TempDir Path folder;

  private FilePart part(String json, double splitMb) throws IOException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve("file.json"), bytes);
    InputSettings input = InputSettings.of(file.toString(), Format.WUDAO);
    return Parts.of(input, Parts.limits("max_record_mb=1", "split_mb=" + splitMb));
  }

  private static List<String> texts(Reading reading) {
    return reading.documents().stream().map(Document::text).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'version': 1, 'RECORDS': " + TWO + "}",
        "{'data': " + TWO + "}",
        "{'about': {'content': ['x', {'RECORDS': [1]}]}, 'data': " + TWO + ", 'n': {}}",
        "{'authors': [{'name': 'content'}], 'data': " + TWO + "}",
        "{'authors': [{'name': {'content': 1}}], 'data': " + TWO + "}",
        "{'none': [], 'numbers': [1, 2], 'data': " + TWO + "}",
        "{'}],[{\\'x': 'a \\' ]', 'data': " + TWO + "}",
        "{'data': [{'content': 'a'}], 'n': 1, 'more': [{'content': 'b'}]}",
        "{\n  'content': ['x'],\n  'data': \n" + TWO + "}\n",
        "{'content': 'a list', 'RECORDS': " + TWO + "}"
      })
  void anArrayOfRecordsIsFoundBehindOtherMembers(String json) throws IOException {
    Reading read = Reading.of(STORAGE, part(json, 256));

    assertEquals(List.of("a", "b"), texts(read));
    assertEquals(Map.of(), read.quarantined());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'links': [{'content': 'no'}], 'content': 'a'}\n{'content': 'b'}",
        "{'links': [{'content': 'no'}]}\n{'content': 'a'}\n{'content': 'b'}",
        "{'content': 'a', 'links': [{'content': 'no'}]}\n{'content': 'b'}\n",
        "{'id': 1}\n{'content': 'a'}\n{'content': 'b', 'links': [{'content': 'no'}]}"
      })
  void linesWithListsOfObjectsStayLines(String json) throws IOException {
    assertEquals(List.of("a", "b"), texts(Reading.of(STORAGE, part(json, 256))));
  }

  @Test
  void anArrayWithoutTextsIsReadIfThereIsNoOther() throws IOException {
    Reading read =
        Reading.of(STORAGE, part("{'n': 1, 'data': [{'body': 'a'}, {'body': 'b'}]}", 256));

    assertEquals(Map.of("missing_text", 2L), read.quarantined());
    assertTrue(read.aside().get(0).contains("keys: body"), read.aside().get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'part1': [{'content': 'a'}], 'part2': [{'title': 't'}, {'content': 'b'}]}",
        "{'part1': [{'title': 't'}, {'content': 'a'}], 'part2': [{'content': 'b'}]}",
        "{'n': [{'a': 1}], 'part1': [{'t': [{'content': 1}]}, {'content': 'a'}, {'content': 'b'}]}",
        "[{'content': 'a'}]{'part2': [{'title': 't'}, {'content': 'b'}]}"
      })
  void oneElementWithATextMakesAnArrayOneOfRecords(String json) throws IOException {
    Reading read = Reading.of(STORAGE, part(json, 256));

    assertEquals(List.of("a", "b"), texts(read));
    assertEquals(Map.of("missing_text", 1L), read.quarantined());
    assertEquals(null, read.notes().get("bytes_after_array"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "'x'", "[]", "[{'content': 'no'}]"})
  void anArrayMayBeginWithWhatIsNoObject(String first) throws IOException {
    String json = "{'part1': [%s, {'content': 'a'}], 'part2': [%s, {'content': 'b'}]}";

    Reading read = Reading.of(STORAGE, part(json.formatted(first, first), 256));

    assertEquals(List.of("a", "b"), texts(read));
    assertEquals(2, read.records() - read.documents().size());
  }

  @Test
  void ofAnArrayLongerThanARecordNothingIsLostSilently() throws IOException {
    int many = 60_000; // of more than 1 MiB, the longest record here
    String long1 = "{'title': 'without a text'},".repeat(many) + "{'content': 'late'}";
    String json = "{'a': [%s], 'b': [{'content': 'b'}], 'c': [%s]}".formatted(long1, long1);

    Reading read = Reading.of(STORAGE, part(json, 256));

    assertEquals(List.of("late", "b", "late"), texts(read));
    assertEquals(Map.of("missing_text", 2L * many), read.quarantined());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'x': %s, 'a': [{'content': 'a'}], 'n': [{'b': 1}]}",
        "{'n': [{'b': 1}], 'a': [{'content': 'a'}], 'x': %s}",
        "{'a': [{'content': 'a'}], 'x': %s, 'b': [{'content': 'b'}]}",
        "[{'content': 'a'}]{'x': %s, 'b': [{'content': 'b'}]}"
      })
  void whatIsPassedAndLongerThanARecordIsCounted(String json) throws IOException {
    String records = "{'content': 'c'},".repeat(80_000) + "1";
    for (String form : List.of("{'data': [%s]}", "[[%s]]", "[[1], [%s]]")) {
      String value = form.formatted(records);
      FilePart part = part(json.formatted(value), 0.01);

      Reading read = Reading.of(STORAGE, part);

      assertEquals(value.length(), read.notes().get("bytes_after_array"), form);
      String prefix = folder.resolve("p" + form.length()).toString();
      List<Split> pieces = StreamSplitter.rewrite(STORAGE, part, prefix);
      Reading.of(STORAGE, part, pieces).assertEqualTo(read, form);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{'content': 'a'}]%n{'meta': {'n': 1, 'RECORDS': [{'content': 'b'},{'content': 'c'}]}",
        "[{'content': 'a'}]%n{'meta': 'n, RECORDS: [{content: b}]}",
        "[{'content': 'a'}]%n{",
        "{'a': [{'content': 'a'}], 'm': {'n': [{'content': 'b'},{'content': 'c'}]",
        "{'a': [{'content': 'a'}], 'm': [[{'content': 'b'},{'content': 'c'}]",
        "{'a': [{'content': 'a'}], 'm': [{'title': 'b'},{'title': 'c\\",
        "{'a': [{'content': 'a'}], 'm': 'never ends",
        "{'a': [{'content': 'a'}], 'm\\",
        "{'a': [{'content': 'a'}], 'm': 1"
      })
  void anObjectThatIsCutBehindAnArrayIsAnErrorOfTheFile(String json) throws IOException {
    String text = json.formatted();
    FilePart part = part(text, 16.0 / (1 << 20));

    Reading read = Reading.of(STORAGE, part);

    assertEquals(List.of("a"), texts(read));
    assertEquals(FileError.TRUNCATED, read.errors().get(0).kind());
    assertEquals(text.length(), read.errors().get(0).offset());
    int behind = text.length() - text.indexOf(']') - (text.startsWith("[") ? 2 : 1);
    assertEquals(behind, read.notes().get("bytes_after_array"));
    List<Split> splits = new SourceFile(STORAGE, part).divide().splits();
    Reading.of(STORAGE, part, splits).assertEqualTo(read, "in splits");
    List<Split> pieces = StreamSplitter.rewrite(STORAGE, part, folder.resolve("p").toString());
    Reading.of(STORAGE, part, pieces).assertEqualTo(read, "in pieces");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{'content': 'a'}]{'RECORDS': [", "[{'content': 'a'}]{'RECORDS': [ "})
  void anArrayThatIsCutAtItsBeginningIsTheSameInPieces(String json) throws IOException {
    FilePart part = part(json, 256);

    Reading read = Reading.of(STORAGE, part);

    assertEquals(FileError.TRUNCATED, read.errors().get(0).kind());
    List<Split> pieces = StreamSplitter.rewrite(STORAGE, part, folder.resolve("p").toString());
    Reading.of(STORAGE, part, pieces).assertEqualTo(read, json);
  }

  @Test
  void anObjectThatIsBrokenBehindAnArrayIsCountedFromItsBeginning() throws IOException {
    String broken = "{'n':{'RECORDS':[{'content':'b'}]}:1}";

    Reading read = Reading.of(STORAGE, part("[{'content': 'a'}]" + broken, 256));

    assertEquals(List.of(), read.errors());
    assertEquals(broken.length(), read.notes().get("bytes_after_array"));
  }

  @ParameterizedTest
  @CsvSource({"1, ''", "40, ''", "300, ''", "1, [1]", "40, [1]", "300, [1]"})
  void splitsAndPiecesAgreeWhereTheTextComesLate(double bytes, String before) throws IOException {
    String late = "{'t': [{'content': 1}]},[1],".repeat(20) + "{'content': 'x'},{'content': 'y'}";
    String json = "%s{'n': [{'b': 1}], 'a': [%s], 'm': [{'b': 1},{'b': 2}], 'b': [%s]}";
    FilePart part = part(json.formatted(before, late, late), bytes / (1 << 20));

    Reading whole = Reading.of(STORAGE, part);

    assertEquals(List.of("x", "y", "x", "y"), texts(whole));
    List<Split> splits = new SourceFile(STORAGE, part).divide().splits();
    Reading.of(STORAGE, part, splits).assertEqualTo(whole, "in splits of " + bytes);
    List<Split> pieces = StreamSplitter.rewrite(STORAGE, part, folder.resolve("p").toString());
    assertTrue(pieces.size() > 1, "pieces: " + pieces.size());
    Reading.of(STORAGE, part, pieces).assertEqualTo(whole, "in pieces of " + bytes);
  }

  @Test
  void whatIsPassedIsNotHeld() throws IOException {
    String big = "x\\'".repeat(4 << 20);
    String json = "{'s': '" + big + "', 'l': ['" + big + "', {'a': '" + big + "'}], 'data': ";
    FilePart part = part(json + TWO + "}", 256);
    byte[] bytes = Files.readAllBytes(Path.of(part.path()));
    ByteWindow window =
        new ByteWindow(new ByteArrayInputStream(bytes, 1, bytes.length), 1, 1 << 20);

    WrappedArrays.Step step = new WrappedArrays(window, part).next();

    assertEquals(WrappedArrays.Step.ARRAY, step);
    assertEquals(json.length() + 1, window.offset());
    assertTrue(window.bytes.length <= 2 << 20, "holds " + window.bytes.length);
    assertEquals(List.of("a", "b"), texts(Reading.of(STORAGE, part)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {16, 100, 1000, 5000})
  void splitsAndPiecesOfWrappedArraysAgreeWithTheWhole(double bytes) throws IOException {
    String element = "{'content': '%s', 'links': [{'content': 'no'},{'content': 'no'}]},\n";
    StringBuilder json = new StringBuilder("{'authors': [{'name': 'n'},{'name': 'm'}],");
    for (String key : List.of("first", "RECORDS")) {
      json.append("'").append(key).append("': [");
      for (int i = 0; i < 50; i++) {
        json.append(element.formatted(key + i));
      }
      json.append("{'content': 'last'}], 'skipped': [{'a': 1},{'a': 2}],");
    }
    FilePart part = part(json + "'n': 1}\n", bytes / (1 << 20));
    Reading whole = Reading.of(STORAGE, part);

    assertEquals(102, whole.documents().size());
    List<Split> splits = new SourceFile(STORAGE, part).divide().splits();
    Reading.of(STORAGE, part, splits).assertEqualTo(whole, "in splits of " + bytes);
    List<Split> pieces = StreamSplitter.rewrite(STORAGE, part, folder.resolve("p").toString());
    Reading.of(STORAGE, part, pieces).assertEqualTo(whole, "in pieces of " + bytes);
  }
}
