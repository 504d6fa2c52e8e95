package io.retromae.etl.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
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
import org.junit.jupiter.params.provider.ValueSource;

class WrappedArraysTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final String TWO = "[{'content': 'a'}, {'id': 1, 'content': 'b'}]";

  @TempDir Path folder;

  private FilePart part(String json, double splitMb) throws IOException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve("file.json"), bytes);
    InputSettings input = InputSettings.of(file.toString(), Format.WUDAO);
    ReaderSettings limits =
        new ReaderSettings(
            1,
            27,
            ReaderSettings.InvalidUtf8.QUARANTINE,
            ReaderSettings.RawControls.QUARANTINE,
            ReaderSettings.Nan.ACCEPT,
            splitMb,
            1024);
    return new FilePart(file.toString(), "n", bytes.length, input, limits, Split.WHOLE);
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
    List<Split> splits = FileSplitter.split(STORAGE, part);
    Reading.of(STORAGE, part, splits).assertEqualTo(whole, "in splits of " + bytes);
    List<Split> pieces = StreamSplitter.rewrite(STORAGE, part, folder.resolve("p").toString());
    Reading.of(STORAGE, part, pieces).assertEqualTo(whole, "in pieces of " + bytes);
  }
}
