package io.retromae.core.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  @Test
  void namesWithBlanksAndSignsAreFoundByNameAndByPattern() throws IOException {
    Path file = Files.writeString(folder.resolve("name with spaces 和汉字 #1%.jsonl"), "x");

    List<StoredFile> byName = storage.list(file.toString());
    List<StoredFile> byPattern = storage.list(folder + "/*.jsonl");

    assertEquals(byName, byPattern);
    assertEquals('x', storage.open(byName.get(0).path()).read());
  }

  @Test
  void hiddenFilesAreListedAndMarked() throws IOException {
    Files.writeString(folder.resolve("_hidden.jsonl"), "x");

    List<StoredFile> files = storage.list(folder.toString());

    assertEquals(1, files.size());
    assertTrue(files.get(0).hidden());
  }

  @Test
  void anUnmatchedPatternGivesNoFiles() {
    assertEquals(List.of(), storage.list(folder + "/*.zst"));
  }

  /** As where permissions or the disk refuse: the JDK throws the same for all of them. */
  @Test
  void whatIsThereAndCannotBeOpenedIsNotTakenForMissing() {
    String path = folder.toString();

    assertThrows(ClusterException.class, () -> storage.readIfThere(path));
    assertThrows(ClusterException.class, () -> storage.read(path));
    assertEquals(Optional.empty(), storage.readIfThere(path + "/nothing"));
    assertThrows(ConfigException.class, () -> storage.read(path + "/nothing"));
  }

  @Test
  void publishReplacesAndLeavesNoOtherFile() throws IOException {
    String target = folder.resolve("deep/manifest.json").toString();

    storage.publish(target, new byte[] {1});
    storage.publish(target, new byte[] {2, 3});

    assertArrayEquals(new byte[] {2, 3}, storage.read(target));
    try (var members = Files.list(folder.resolve("deep"))) {
      assertEquals(1, members.count());
    }
  }

  @Test
  void createRefusesToOverwrite() throws IOException {
    String target = folder.resolve("a").toString();
    storage.create(target).close();

    assertThrows(IOException.class, () -> storage.create(target));
  }

  @Test
  void filesOfAFolderAndOfAllBelow() throws IOException {
    Path one = Files.writeString(folder.resolve("b"), "x");
    Path two =
        Files.writeString(Files.createDirectories(folder.resolve("a/deep")).resolve("c"), "");

    assertEquals(List.of("file:" + one), paths(storage.files(folder.toString())));
    assertEquals(List.of("file:" + two, "file:" + one), paths(storage.allFiles(folder.toString())));
    assertEquals(List.of(), storage.files(folder + "/none"));
    assertEquals(List.of(), storage.allFiles(folder + "/none"));
  }

  private static List<String> paths(List<StoredFile> files) {
    return files.stream().map(StoredFile::path).toList();
  }

  @Test
  void whatMayBeMissingIsReadOrNot() throws IOException {
    Path there = Files.writeString(folder.resolve("there"), "x");

    assertArrayEquals(new byte[] {'x'}, storage.readIfThere(there.toString()).orElseThrow());
    assertTrue(storage.readIfThere(folder + "/none").isEmpty());
  }

  @Test
  void whatAKilledPublisherLeftIsDeletedAndNothingElse() throws IOException {
    Files.writeString(folder.resolve(".hidden"), "x");
    Files.writeString(folder.resolve("kept.staged-" + UUID.randomUUID()), "x");
    Files.writeString(folder.resolve(".run.json.staged-" + UUID.randomUUID()), "x");

    storage.deleteStaged(folder.toString());

    assertEquals(2, storage.files(folder.toString()).size());
  }

  @Test
  void createAgainReplaces() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "longer");
    try (var out = storage.createAgain(target.toString())) {
      out.write('y');
    }

    try (var in = storage.open(target.toString(), 1, Storage.Reading.IN_ORDER)) {
      assertArrayEquals(new byte[] {'y'}, in.readAllBytes());
    }
  }

  @Test
  void aMissingFileIsNamed() {
    var failure = assertThrows(ConfigException.class, () -> storage.read(folder + "/none"));

    assertTrue(failure.getMessage().endsWith("/none: no such file"), failure.getMessage());
  }

  @Test
  void travelsWithItsHadoopConfiguration() throws Exception {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.s3a.endpoint", "here");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Storage(configuration));
    }

    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Storage copy = (Storage) in.readObject();
      assertEquals("here", copy.configuration().get("fs.s3a.endpoint"));
    }
  }
}
