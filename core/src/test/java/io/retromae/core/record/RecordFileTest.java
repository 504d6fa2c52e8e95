package io.retromae.core.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.retromae.core.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir private Path folder;

  private String write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }

  private String write(String name, String text) throws IOException {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Records as {@code number: object}, refused ones as {@code number: reason}. */
  private static List<String> read(String path) throws IOException {
    try (Records records = RecordFile.open(STORAGE, path)) {
      return read(records);
    }
  }

  private static List<String> read(Records opened) throws IOException {
    List<String> found = new ArrayList<>();
    try (Records records = opened) {
      boolean more = true;
      while (more) {
        try {
          var next = records.next();
          more = next.isPresent();
          next.ifPresent(record -> found.add(records.number() + ": " + record));
        } catch (RefusedRecordException e) {
          assertFalse(e.getMessage().contains("\n"), e.getMessage());
          found.add(records.number() + ": " + e.reason());
        }
      }
    }
    return found;
  }

  @Test
  void linesHaveMarksAndCarriageReturnsAndBlankLinesAmongThem() throws IOException {
    String path = write("a", "\uFEFF{\"a\":1}\r\n\r\n \t\n\uFEFF{\"a\":2}\r\n{\"a\":3}");

    assertEquals(List.of("1: {\"a\":1}", "4: {\"a\":2}", "5: {\"a\":3}"), read(path));
  }

  @Test
  void aBrokenLineTakesNoNeighbourAlong() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("{\"a\":1}\n{\"a\":\n[1]\n{} {}\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(new byte[] {'{', (byte) 0xff, '}', '\n'});
    bytes.writeBytes("{\"a\":2}\n".getBytes(StandardCharsets.UTF_8));

    assertEquals(
        List.of(
            "1: {\"a\":1}",
            "2: invalid_json",
            "3: wrong_type",
            "4: invalid_json",
            "5: invalid_utf8",
            "6: {\"a\":2}"),
        read(write("a.jsonl", bytes.toByteArray())));
  }

  @Test
  void compressionsAreToldByTheFirstBytesAndAllTheirMembersAreRead() throws IOException {
    byte[] one = "{\"a\":1}\n".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    ByteArrayOutputStream bzip2 = new ByteArrayOutputStream();
    ByteArrayOutputStream zstd = new ByteArrayOutputStream();
    for (int i = 0; i < 2; i++) {
      try (OutputStream out = new GZIPOutputStream(gzip)) {
        out.write(one);
      }
      try (OutputStream out = new BZip2CompressorOutputStream(bzip2)) {
        out.write(one);
      }
      zstd.writeBytes(Zstd.compress(one));
    }

    for (ByteArrayOutputStream bytes : List.of(gzip, bzip2, zstd)) {
      assertEquals(
          List.of("1: {\"a\":1}", "2: {\"a\":1}"), read(write("a.txt", bytes.toByteArray())));
    }
  }

  @Test
  void aTextThatBeginsLikeBzip2IsText() throws IOException {
    for (String text : List.of("BZh is a name", "BZh9", "BZh91AY&SZ and more")) {
      assertEquals(List.of("1: invalid_json"), read(write("a.jsonl", text)), text);
    }
    ByteArrayOutputStream empty = new ByteArrayOutputStream();
    new BZip2CompressorOutputStream(empty).close();
    assertEquals(List.of(), read(write("a.jsonl", empty.toByteArray())));
  }

  @Test
  void arraysAreReadElementByElementToTheirEnd() throws IOException {
    assertEquals(
        List.of("1: {\"a\":1}", "2: wrong_type", "3: {\"a\":3}"),
        read(write("a", "\uFEFF\n [{\"a\":1}, 2,\n{\"a\":3}]\n")));
    for (String broken : List.of("[{\"a\":1}", "[{\"a\":", "[{}] [{}]", "[{} {}]")) {
      String path = write("b", broken);
      String message = assertThrows(IOException.class, () -> read(path)).getMessage();
      assertTrue(message.contains("at byte") && !message.contains("\n"), message);
    }
  }

  @Test
  void tablesHaveTheNamesOfTheirFirstLine() throws IOException {
    assertEquals(
        List.of(
            "2: {\"query-id\":\"1\",\"corpus-id\":\"a b\",\"score\":\"\"}",
            "3: wrong_columns",
            "5: {\"query-id\":\"\\\"2\\\"\",\"corpus-id\":\"c\",\"score\":\"1\"}"),
        read(write("test.tsv", "query-id\tcorpus-id\tscore\r\n1\ta b\t\n1\ta\n\n\"2\"\tc\t1\r\n")));
  }

  @Test
  void tablesWithoutNamesAreGivenThem() throws IOException {
    String tabs = write("collection.tsv", "0\tThe first.\n1\tThe second.\tThe third.\n");
    String blanks = write("qrels.txt", "q1 0  d1\t1 \r\n q2 0 d2\n");

    assertEquals(
        List.of("1: {\"id\":\"0\",\"text\":\"The first.\"}", "2: wrong_columns"),
        read(RecordFile.openTabs(STORAGE, tabs, List.of("id", "text"))));
    assertEquals(
        List.of("1: {\"q\":\"q1\",\"i\":\"0\",\"d\":\"d1\",\"g\":\"1\"}", "2: wrong_columns"),
        read(RecordFile.openBlanks(STORAGE, blanks, List.of("q", "i", "d", "g"))));
  }

  @Test
  void anEmptyFileHasNoRecords() throws IOException {
    for (String name : List.of("a.jsonl", "a.tsv")) {
      assertEquals(List.of(), read(write(name, "")));
      assertEquals(List.of(), read(write(name, "\n \n")));
    }
  }

  @Test
  void aCutFileIsAnError() throws IOException {
    byte[] zstd = Zstd.compress("{\"a\":1}\n".repeat(5_000).getBytes(StandardCharsets.UTF_8));
    String path = write("a", Arrays.copyOf(zstd, zstd.length - 5));

    assertThrows(IOException.class, () -> read(path));
  }
}
