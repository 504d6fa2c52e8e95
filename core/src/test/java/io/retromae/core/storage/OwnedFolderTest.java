package io.retromae.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnedFolderTest {
  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());
  private Path victim;
  private Path run;
  private OwnedFolder owned;

  @BeforeEach
  void fill() throws IOException {
    victim = write("victim/precious").getParent();
    run = write("run/data/file").getParent().getParent();
    owned = new OwnedFolder(storage, run.toString());
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }

  @Test
  void deletesFilesAndFoldersBelow() {
    owned.delete("data/file");
    assertFalse(Files.exists(run.resolve("data/file")));

    owned.delete("data");
    assertFalse(Files.exists(run.resolve("data")));

    owned.delete("data"); // nothing happens
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../victim",
        "data/../../victim",
        "data/../data",
        "/",
        "/etc",
        "data/",
        "data//file",
        "./data",
        "../run2"
      })
  void refusesWhatIsNotBelow(String name) throws IOException {
    write("run2/file");

    var failure = assertThrows(CorruptDataException.class, () -> owned.delete(name));

    assertTrue(failure.getMessage().startsWith("'" + name + "': not a path below"));
    assertTrue(Files.exists(victim.resolve("precious")));
    assertTrue(Files.exists(run.resolve("data/file")));
    assertTrue(Files.exists(folder.resolve("run2/file")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"g[1]", "*", "?un", "{run,victim}", "%72un", "汉 字", "~", "a:b", "#x"})
  void aNameIsNoPattern(String name) throws IOException {
    write("run/g1/file");
    write("run/" + name + "/file");

    owned.delete(name);

    assertFalse(Files.exists(run.resolve(name)));
    assertTrue(Files.exists(run.resolve("g1/file")));
    assertTrue(Files.exists(run.resolve("data/file")));
    owned.delete(name); // not there any more, and not taken for a pattern
    assertTrue(Files.exists(run.resolve("g1/file")));
  }

  @Test
  void aLinkIsDeletedAndNotFollowed() throws IOException {
    Files.createSymbolicLink(run.resolve("link"), victim);
    Files.createSymbolicLink(run.resolve("dangling"), folder.resolve("nothing"));
    Files.createDirectories(run.resolve("deep/er"));
    Files.createSymbolicLink(run.resolve("deep/er/link"), victim);
    Files.createSymbolicLink(run.resolve("deep/er/file"), victim.resolve("precious"));

    owned.delete("link");
    owned.delete("dangling");
    owned.delete("deep");

    assertEquals(List.of("data"), names(run));
    assertEquals(List.of("precious"), names(victim));
  }

  @Test
  void nothingIsDeletedThroughALink() throws IOException {
    Files.createSymbolicLink(run.resolve("link"), victim);

    var failure = assertThrows(ConfigException.class, () -> owned.delete("link/precious"));

    assertTrue(failure.getMessage().startsWith(run + "/link: a symbolic link"));
    assertEquals(List.of("precious"), names(victim));
  }

  @Test
  void theFolderItselfMayBeReachedByALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), run);

    new OwnedFolder(storage, link.toString()).delete("data/file");

    assertEquals(List.of(), names(run.resolve("data")));
  }

  @Test
  void linksAreFoundBeforeAnythingIsWritten() throws IOException {
    owned.refuseLinks(List.of("data", "nothing"));
    Files.createSymbolicLink(run.resolve("data/link"), victim);

    var failure = assertThrows(ConfigException.class, () -> owned.refuseLinks(List.of("data")));

    assertTrue(failure.getMessage().startsWith(run + "/data/link: a symbolic link"));
    owned.refuseLinks(List.of("elsewhere"));
  }

  @Test
  void whatWasListedIsDeletedIfItLiesBelow() throws IOException {
    owned.deleteListed("file:" + run + "/data/file");

    assertEquals(List.of(), names(run.resolve("data")));
    for (String path : List.of("file:" + victim + "/precious", "file:" + run, run + "/data")) {
      assertThrows(CorruptDataException.class, () -> owned.deleteListed(path));
    }
  }

  @Test
  void whatAKilledPublisherLeftIsDeletedAndNothingElse() throws IOException {
    write("run/.hidden");
    write("run/kept.staged-" + UUID.randomUUID());
    write("run/.run.json.staged-" + UUID.randomUUID());

    owned.deleteStaged("");

    assertEquals(2, storage.files(run.toString()).size());
    assertTrue(Files.exists(run.resolve(".hidden"), LinkOption.NOFOLLOW_LINKS));
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
