package io.retromae.core.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void aPublishedFileIsTheOldOneUntilItIsWhole() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "old");
    assertThrows(
        ClusterException.class,
        () ->
            storage.publish(
                target.toString(),
                out -> {
                  out.write('n');
                  throw new IOException("no more");
                }));
    assertEquals("old", Files.readString(target));

    storage.publish(target.toString(), out -> out.write('n'));

    assertEquals("n", Files.readString(target));
    assertEquals(1, storage.files(folder.toString()).size(), "nothing is left beside it");
  }

  @Test
  void aMissingFileIsNamed() {
    var failure = assertThrows(ConfigException.class, () -> storage.read(folder + "/none"));

    assertTrue(failure.getMessage().endsWith("/none: no such file"), failure.getMessage());
  }

  private static Storage travelled(Storage storage) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(storage);
    }
    String sent = bytes.toString(StandardCharsets.ISO_8859_1);
    assertFalse(sent.contains("hush"), "a secret in what is sent");
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Storage) in.readObject();
    }
  }

  @Test
  void travelsWithItsHadoopConfiguration() throws Exception {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.s3a.endpoint", "here");

    assertEquals(
        "here", travelled(new Storage(configuration)).configuration().get("fs.s3a.endpoint"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.access.key",
        "fs.s3a.secret.key",
        "fs.s3a.session.token",
        "fs.s3a.bucket.corpora.access.key",
        "fs.s3a.bucket.corpora.secret.key",
        "fs.s3a.bucket.corpora.session.token",
        "fs.s3a.encryption.key",
        "fs.s3a.server-side-encryption.key",
        "fs.s3a.proxy.password",
        "fs.azure.account.key.me.blob.core.windows.net",
        "fs.azure.account.oauth2.client.secret",
        "fs.azure.sas.corpora.me.blob.core.windows.net",
        "fs.gs.auth.service.account.private.key",
        "ssl.client.keystore.password",
        "our.own.credential"
      })
  void credentialsStayWhereTheyAre(String key) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(key, "hush");

    Storage copy = travelled(new Storage(configuration));

    assertNull(copy.configuration().get(key));
    assertEquals("hush", configuration.get(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.aws.credentials.provider",
        "fs.s3a.security.credential.provider.path",
        "hadoop.security.credential.provider.path",
        "fs.s3a.delegation.token.binding",
        "dfs.encryption.key.provider.uri",
        "fs.s3a.endpoint"
      })
  void whereCredentialsLieTravels(String key) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(key, "there");

    assertEquals("there", travelled(new Storage(configuration)).configuration().get(key));
  }

  private static Configuration executors() {
    Configuration own = new Configuration(false);
    own.set("fs.s3a.secret.key", "of the executor");
    own.set("fs.s3a.endpoint", "not asked");
    return own;
  }

  @Test
  void credentialsAreTakenFromWhereItCameTo() throws Exception {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.s3a.secret.key", "hush");
    configuration.set("fs.s3a.endpoint", "here");

    Configuration copy =
        travelled(new Storage(configuration, StorageTest::executors)).configuration();

    assertEquals("of the executor", copy.get("fs.s3a.secret.key"));
    assertEquals("here", copy.get("fs.s3a.endpoint"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"~/corpus", "~", "~someone/corpus", "~/corpus/*.jsonl"})
  void aTildeIsNoFolder(String path) {
    for (Executable access :
        List.<Executable>of(
            () -> storage.list(path),
            () -> storage.exists(path),
            () -> storage.qualify(path),
            () -> storage.publish(path, new byte[1]))) {
      String message = assertThrows(ConfigException.class, access).getMessage();
      assertTrue(message.startsWith(path + ": '~' is not expanded here"), message);
    }
  }

  @Test
  void aTildeElsewhereIsALetter() throws IOException {
    Path file = Files.writeString(folder.resolve("~x"), "y");

    assertArrayEquals(new byte[] {'y'}, storage.read(file.toString()));
  }
}
