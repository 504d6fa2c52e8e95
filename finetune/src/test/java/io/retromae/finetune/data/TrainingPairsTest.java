package io.retromae.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.data.PairFile.BadRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which data sets the settings name, and what workers open of them. */
class TrainingPairsTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final PairFile.Rules RULES =
      new PairFile.Rules(BadRecords.FAIL, false, false, ColumnNames.DEFAULT, Map.of());

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    write("data/a.jsonl", 5);
    write("data/b.json.backup.jsonl", 2);
    write("data/c_no_in_batch_neg.jsonl", 3);
    write("data/README.md", 1);
    write("own_no_in_batch_neg/d.jsonl", 4);
  }

  private void write(String name, int lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    String line = "{\"query\": \"q\", \"pos\": [\"%s\"]}".formatted(name);
    Files.write(file, Collections.nCopies(lines, line));
  }

  private TrainingPairs read(Map<String, Double> weights, int small, int drop, String... paths)
      throws IOException {
    List<String> all = List.of(paths).stream().map(p -> folder.resolve(p).toString()).toList();
    var sources = new TrainingPairs.Sources(all, weights, small, drop);
    TrainingPairs pairs = TrainingPairs.read(STORAGE, run(), RULES, sources, List.of());
    pairs.publish(STORAGE, run());
    TrainingPairs opened = TrainingPairs.open(STORAGE, run(), sources, pairs.trainedFiles());
    assertEquals(describe(pairs), describe(opened), "workers see what the driver sees");
    assertEquals(pairs.fingerprint(), opened.fingerprint());
    return pairs;
  }

  private String run() {
    return folder.resolve("run").toUri().toString().replaceFirst("/$", "");
  }

  private static List<String> describe(TrainingPairs pairs) {
    return pairs.sets().stream()
        .map(
            set ->
                "%s %d %s %s"
                    .formatted(set.name(), set.lines().size(), set.weight(), set.ownNegatives()))
        .toList();
  }

  @Test
  void aFileIsADataSetNamedByItsFile() throws IOException {
    TrainingPairs pairs = read(Map.of("a", 2.0), 0, 0, "data", "own_no_in_batch_neg");

    assertEquals(
        List.of(
            "a 5 2.0 false",
            "b.json.backup 2 1.0 false",
            "c_no_in_batch_neg 3 1.0 true",
            "d 4 1.0 true"),
        describe(pairs));
    assertEquals(1, pairs.unread().size());
    assertTrue(pairs.unread().get(0).endsWith("README.md"), pairs.unread().toString());
    assertEquals(14, pairs.lines());
  }

  @Test
  void aWeightOfZeroLeavesOutAndSmallOnesOfAFolderAreJoinedOrDropped() throws IOException {
    write("data/e.jsonl", 1);

    TrainingPairs pairs = read(Map.of("a", 0.0), 4, 3, "data");

    assertEquals(
        List.of("b.json.backup+e 3 1.0 false", "c_no_in_batch_neg 3 1.0 true"), describe(pairs));
    assertEquals(List.of("a"), pairs.leftOut());
    assertThrows(ConfigException.class, () -> read(Map.of("z", 1.0), 0, 0, "data"));
    assertThrows(ConfigException.class, () -> read(Map.of(), 0, 9, "data"));
  }

  @Test
  void linesThatWereReadAreNotReadAgainUntilAFileChanges() throws IOException {
    String before = read(Map.of(), 0, 0, "data/a.jsonl").fingerprint();
    Path file = folder.resolve("data/a.jsonl");
    var modified = Files.getLastModifiedTime(file);
    Files.writeString(file, Files.readString(file).replace("query", "quary"));
    Files.setLastModifiedTime(file, modified);

    assertEquals(before, read(Map.of(), 0, 0, "data/a.jsonl").fingerprint());
    assertNotEquals(before, read(Map.of("a", 2.0), 0, 0, "data/a.jsonl").fingerprint());
    write("data/a.jsonl", 6);
    var sources = new TrainingPairs.Sources(List.of(file.toString()), Map.of(), 0, 0);
    assertEquals(6, TrainingPairs.read(STORAGE, run(), RULES, sources, List.of()).lines());
  }

  @Test
  void aFileThatIsNamedTwiceIsReadOnce() throws IOException {
    TrainingPairs pairs = read(Map.of(), 0, 0, "data/a.jsonl", "data", "data/a*");

    assertEquals(
        List.of("a 5 1.0 false", "b.json.backup 2 1.0 false", "c_no_in_batch_neg 3 1.0 true"),
        describe(pairs));
    assertTrue(
        pairs.unread().stream()
            .anyMatch(p -> p.endsWith("a.jsonl a second time, by data.train[1]")),
        pairs.unread().toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLostOrShortenedPartIsWrittenAgain(boolean lost) throws IOException {
    String before = read(Map.of(), 0, 0, "data").fingerprint();
    Path part = folder.resolve("run/pairs/000000.pairs");
    byte[] whole = Files.readAllBytes(part);
    Files.delete(part);
    if (!lost) {
      Files.write(part, Arrays.copyOf(whole, whole.length - 1));
    }
    var sources =
        new TrainingPairs.Sources(List.of(folder.resolve("data").toString()), Map.of(), 0, 0);

    String refusal =
        assertThrows(
                CorruptDataException.class, () -> TrainingPairs.open(STORAGE, run(), sources, 3))
            .getMessage();

    assertTrue(refusal.contains("000000.pairs"), refusal);
    assertEquals(before, read(Map.of(), 0, 0, "data").fingerprint());
    assertArrayEquals(whole, Files.readAllBytes(part));
  }

  @Test
  void copiesGoToTheClustersDisks() {
    Path temporary = Path.of("/tmp");
    String disk = folder.toString();

    assertEquals(temporary, Scratch.place(Map.of(), temporary));
    assertEquals(temporary, Scratch.place(Map.of("LOCAL_DIRS", disk), temporary));
    assertEquals(folder, Scratch.place(Map.of("LOCAL_DIRS", disk, "CONTAINER_ID", "c"), temporary));
    assertEquals(
        folder, Scratch.place(Map.of("SPARK_LOCAL_DIRS", "/nothing/here," + disk), temporary));
  }

  @Test
  void aCorpusThatCannotFitTheHeapIsRefused() throws IOException {
    Path corpus = folder.resolve("large.jsonl");
    Files.writeString(corpus, "{\"docid\": 1, \"text\": \"%s\"}".formatted("x".repeat(1_000)));

    ConfigException refusal =
        assertThrows(
            ConfigException.class,
            () -> PassageCorpus.read(STORAGE, "data.corpus", corpus.toString(), 1_200));

    assertTrue(refusal.getMessage().contains("--driver-memory"), refusal.getMessage());
    assertEquals(1, PassageCorpus.read(STORAGE, "data.corpus", corpus.toString(), 2_000).size());
  }

  @Test
  void passagesAreFoundInTheirCorpusById() throws IOException {
    Path corpus = folder.resolve("corpus.jsonl");
    Files.write(
        corpus,
        List.of(
            "{\"docid\": 1, \"text\": \"one\"}",
            "{\"docid\": \"2\", \"title\": \"T\", \"text\": \"two\"}"));

    assertEquals(
        Map.of("1", "one", "2", "T two"),
        PassageCorpus.read(STORAGE, "data.corpus", Optional.of(corpus.toString())));
    Files.writeString(
        corpus, "{\"docid\": 1, \"text\": \"one\"}\n{\"docid\": 1, \"text\": \"x\"}\n");
    String refusal =
        assertThrows(
                CorruptDataException.class,
                () -> PassageCorpus.read(STORAGE, "data.corpus", Optional.of(corpus.toString())))
            .getMessage();
    assertTrue(refusal.contains("corpus.jsonl, line 2: docid 1: given twice"), refusal);
    assertFalse(refusal.contains("line 1"), refusal);
  }

  @Test
  void tasksOfAProcessShareACorpusUntilItChanges() throws IOException {
    Path corpus = folder.resolve("shared.jsonl");
    Files.writeString(corpus, "{\"docid\": 1, \"text\": \"one\"}\n");
    Optional<String> path = Optional.of(corpus.toString());

    Map<String, String> first = PassageCorpus.shared(STORAGE, "corpus", path);

    assertSame(first, PassageCorpus.shared(STORAGE, "corpus", path));
    Files.writeString(corpus, "{\"docid\": 1, \"text\": \"another\"}\n");
    assertEquals(Map.of("1", "another"), PassageCorpus.shared(STORAGE, "corpus", path));
    assertEquals(Map.of(), PassageCorpus.shared(STORAGE, "corpus", Optional.empty()));
  }
}
