package io.retromae.training.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFolderTest {
  @TempDir private Path root;

  private Properties process(Path home) {
    Properties properties = new Properties();
    properties.setProperty("user.home", home.toString());
    properties.setProperty("user.name", "a b");
    properties.setProperty("java.io.tmpdir", root.resolve("tmp").toString());
    return properties;
  }

  @Test
  void theUsersFolderIsPrivateAndToldToDjl() throws IOException {
    Properties properties = process(root);

    Path folder = new NativeFolder(Map.of(), properties).choose();

    assertEquals(root.resolve(".cache/retromae-spark"), folder);
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    assertEquals(folder.toString(), properties.getProperty("DJL_CACHE_DIR"));
  }

  @Test
  void whatIsGivenIsTakenAndNothingIsSet() {
    Properties properties = process(root);
    Map<String, String> environment = Map.of("DJL_CACHE_DIR", root.resolve("given").toString());

    Path folder = new NativeFolder(environment, properties).choose();

    assertEquals(root.resolve("given"), folder);
    assertFalse(properties.containsKey("DJL_CACHE_DIR"));
  }

  @Test
  void theEnginesVariableGoesFirstAsInDjl() {
    Map<String, String> environment =
        Map.of(
            "DJL_CACHE_DIR",
            root.resolve("a").toString(),
            "ENGINE_CACHE_DIR",
            root.resolve("b").toString());

    assertEquals(root.resolve("b"), new NativeFolder(environment, process(root)).choose());
  }

  @Test
  void aYarnContainerUsesItsApplicationsFolder() {
    Map<String, String> environment =
        Map.of(
            "CONTAINER_ID",
            "container_1",
            "LOCAL_DIRS",
            root.resolve("app") + "," + root.resolve("app2"));

    Path folder = new NativeFolder(environment, process(root)).choose();

    assertEquals(root.resolve("app/retromae-spark"), folder);
  }

  @Test
  void withoutAHomeTheFolderForTemporaryFilesIsUsed() throws IOException {
    Path noFolder = Files.writeString(root.resolve("home"), "");

    Path folder = new NativeFolder(Map.of(), process(noFolder)).choose();

    assertEquals(root.resolve("tmp/retromae-spark-a_b"), folder);
  }

  @Test
  void aFolderThatOthersMayWriteIsNotUsed() throws IOException {
    Path open = Files.createDirectories(root.resolve(".cache/retromae-spark"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

    Path folder = new NativeFolder(Map.of(), process(root)).choose();

    assertEquals(root.resolve("tmp/retromae-spark-a_b"), folder);
  }

  @Test
  void aLinkToSomewhereElseIsNotUsed() throws IOException {
    Files.createDirectories(root.resolve(".cache"));
    Files.createSymbolicLink(
        root.resolve(".cache/retromae-spark"), Files.createDirectory(root.resolve("elsewhere")));

    Path folder = new NativeFolder(Map.of(), process(root)).choose();

    assertEquals(root.resolve("tmp/retromae-spark-a_b"), folder);
  }

  @Test
  void whereNothingCanBeWrittenAllPlacesAreNamed() throws IOException {
    Path noFolder = Files.writeString(root.resolve("home"), "");
    Files.writeString(root.resolve("tmp"), "");

    var failure =
        assertThrows(
            ClusterException.class, () -> new NativeFolder(Map.of(), process(noFolder)).choose());

    assertTrue(failure.getMessage().contains("set DJL_CACHE_DIR"), failure.getMessage());
    assertTrue(failure.getMessage().contains(noFolder.toString()), failure.getMessage());
    assertTrue(failure.getMessage().contains(root.resolve("tmp").toString()), failure.getMessage());
  }

  @Test
  void aGivenFolderThatOthersMayWriteToIsRefused() throws IOException {
    Path shared = Files.createDirectory(root.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    Map<String, String> environment = Map.of("DJL_CACHE_DIR", shared.toString());

    var refusal =
        assertThrows(
            ClusterException.class, () -> new NativeFolder(environment, process(root)).choose());

    assertTrue(refusal.getMessage().contains("chmod go-w"), refusal.getMessage());
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertEquals(shared, new NativeFolder(environment, process(root)).choose());
  }

  @Test
  void aGivenFolderThatIsNotThereIsMadeForThisUserAlone() throws IOException {
    Path made = root.resolve("new/folder");

    new NativeFolder(Map.of("DJL_CACHE_DIR", made.toString()), process(root)).choose();

    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
  }

  @Test
  void aGivenFolderThatCannotBeMadeIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("nowhere"));
    Path file = Files.createFile(root.resolve("file"));
    for (Path folder : new Path[] {link, file, file.resolve("below")}) {
      Map<String, String> environment = Map.of("DJL_CACHE_DIR", folder.toString());

      var refusal =
          assertThrows(
              ClusterException.class, () -> new NativeFolder(environment, process(root)).choose());

      assertTrue(refusal.getMessage().contains(folder + ": cannot be used"), refusal.getMessage());
    }
  }
}
