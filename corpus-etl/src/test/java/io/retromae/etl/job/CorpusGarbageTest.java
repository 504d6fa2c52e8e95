package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import java.io.IOException;
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

class CorpusGarbageTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  /** A finished corpus whose manifest names one file beside the shards. */
  private String corpus(String name, String file) {
    String corpus = folder.resolve(name).toString();
    Map<String, Object> lineage = Map.of(CorpusGarbage.FILES, List.of(file));
    new ShardManifest(1, "t", "f", 9, true, true, true, 32, 1, 0, 0, List.of(), List.of(), lineage)
        .publish(STORAGE, corpus);
    return corpus;
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }

  @Test
  void whatTheManifestDoesNotNameIsDeleted() throws IOException {
    String corpus = corpus("out", "cleaned/named.parquet");
    Path named = write("out/cleaned/named.parquet");
    List<Path> garbage =
        List.of(
            write("out/cleaned/other.parquet"),
            write("out/data/killed.parquet"),
            write("out/quarantine/killed.jsonl"),
            write("out/_work/receipts/x.json"));

    assertEquals(4, CorpusGarbage.list(STORAGE, corpus).size());
    assertTrue(Files.exists(garbage.get(0)), "listing deletes nothing");
    assertEquals(4, CorpusGarbage.delete(STORAGE, corpus).size());

    garbage.forEach(file -> assertFalse(Files.exists(file), file.toString()));
    assertTrue(Files.exists(named));
    assertEquals(List.of(), CorpusGarbage.list(STORAGE, corpus));
  }

  @ParameterizedTest
  @CsvSource({"g[1], g1", "c*, corpus", "?, x", "'{a,b}', a", "a b*, a b c", "[汉-语]*, 法"})
  void aNameThatLooksLikeAPatternIsAName(String name, String neighbour) throws IOException {
    String corpus = corpus(name, "cleaned/named.parquet");
    List<Path> theirs =
        List.of(
            write(neighbour + "/data/0.parquet"),
            write(neighbour + "/cleaned/0.parquet"),
            write(neighbour + "/quarantine/0.jsonl"),
            write(neighbour + "/_work/x"));

    assertEquals(List.of(), CorpusGarbage.delete(STORAGE, corpus));

    theirs.forEach(file -> assertTrue(Files.exists(file), file.toString()));
  }

  @Test
  void aPatternIsNoCorpus() throws IOException {
    corpus("corpus", "cleaned/named.parquet");
    write("corpus/data/0.parquet");

    assertThrows(ConfigException.class, () -> CorpusGarbage.delete(STORAGE, folder + "/c*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "cleaned", "quarantine", "_work"})
  void aLinkIsNotFollowed(String name) throws IOException {
    String corpus = corpus("out", "cleaned/named.parquet");
    Path theirs = write("victim/precious");
    Files.createSymbolicLink(folder.resolve("out").resolve(name), theirs.getParent());

    var failure = assertThrows(ConfigException.class, () -> CorpusGarbage.delete(STORAGE, corpus));

    assertTrue(failure.getMessage().contains("/out/" + name + ": a symbolic link"));
    assertTrue(Files.exists(theirs));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../victim/precious", "/etc/passwd", "data/x.parquet", "cleaned/../x", ""})
  void filesOfAnotherFormAreRefused(String name) throws IOException {
    String corpus = corpus("out", name);
    Path garbage = write("out/data/killed.parquet");

    var failure =
        assertThrows(CorruptDataException.class, () -> CorpusGarbage.delete(STORAGE, corpus));

    assertTrue(
        failure.getMessage().contains("/_SUCCESS.json: lineage.files is '" + name + "'"),
        failure.getMessage());
    assertTrue(Files.exists(garbage));
  }
}
