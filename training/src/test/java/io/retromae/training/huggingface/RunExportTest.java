package io.retromae.training.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed start leaves of two exports, on stores that rename at once or file by file. */
class RunExportTest {
  private static final Map<String, String> BEFORE = Map.of("model", "old!", "README.md", "old");
  private static final Map<String, String> AFTER =
      Map.of("model", "newer", "1_Pooling/config.json", "{}", "README.md", "newest");
  private static final String LIST = "{\"1_Pooling/config.json\":2,\"README.md\":6,\"model\":5}";

  @TempDir Path run;

  @Test
  void killedBeforeTheNextWasWholeLeavesTheOneBefore() throws IOException {
    write("export", BEFORE);
    write("export.next", AFTER);
    Files.delete(run.resolve("export.next/README.md"));
    assertRecovered(BEFORE);
  }

  @Test
  void wholeNextTakesThePlace() throws IOException {
    write("export", BEFORE);
    write("export.next", AFTER);
    list();
    assertRecovered(AFTER);
  }

  @Test
  void wholeNextTakesThePlaceOfOneWithTheSameSizes() throws IOException {
    write("export", Map.of("model", "older", "1_Pooling/config.json", "[]", "README.md", "oldest"));
    write("export.next", AFTER);
    list();
    assertRecovered(AFTER);
  }

  @Test
  void killedBetweenTheRenames() throws IOException {
    write("export.old", BEFORE);
    write("export.next", AFTER);
    list();
    assertRecovered(AFTER);
  }

  @Test
  void killedWhileFilesOfTheOneBeforeWerePutAside() throws IOException {
    write("export", BEFORE);
    Files.delete(run.resolve("export/model"));
    write("export.old", BEFORE);
    write("export.next", AFTER);
    list();
    assertRecovered(AFTER);
  }

  @Test
  void killedWhileFilesOfTheNextWereCopied() throws IOException {
    write("export.old", BEFORE);
    write("export", AFTER);
    Files.delete(run.resolve("export/1_Pooling/config.json"));
    write("export.next", AFTER);
    list();
    assertRecovered(AFTER);
  }

  @Test
  void killedWhileFilesOfTheNextWereDeletedBehindTheirCopies() throws IOException {
    write("export.old", BEFORE);
    write("export", AFTER);
    write("export.next", AFTER);
    Files.delete(run.resolve("export.next/README.md"));
    list();
    assertRecovered(AFTER);
  }

  @Test
  void killedBehindAll() throws IOException {
    write("export", AFTER);
    list();
    assertRecovered(AFTER);
  }

  @Test
  void buildsWithoutListsKeptTheOneBefore() throws IOException {
    write("export.old", BEFORE);
    write("export.next", AFTER);
    assertRecovered(BEFORE);
  }

  @Test
  void whatIsNowhereIsSaid() throws IOException {
    write("export.next", AFTER);
    Files.delete(run.resolve("export.next/model"));
    list();
    CorruptDataException refused =
        assertThrows(CorruptDataException.class, () -> export().recover());
    assertTrue(refused.getMessage().contains("export.next.json lists"), refused.getMessage());
  }

  private void assertRecovered(Map<String, String> expected) throws IOException {
    export().recover();
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(run.relativize(file).toString(), Files.readString(file));
      }
    }
    Map<String, String> all = new TreeMap<>();
    expected.forEach((name, text) -> all.put("export/" + name, text));
    assertEquals(all, found, "one whole export and nothing else");
  }

  private RunExport export() {
    Storage storage = new Storage(new Configuration());
    return new RunExport(storage, storage.qualify(run.toString()));
  }

  private void list() throws IOException {
    Files.writeString(run.resolve("export.next.json"), LIST);
  }

  private void write(String name, Map<String, String> files) throws IOException {
    for (var file : files.entrySet()) {
      Path path = run.resolve(name).resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }
}
