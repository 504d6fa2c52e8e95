package io.retromae.pretrain.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.TextSum;
import io.retromae.core.shard.KeptOut;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.pretrain.job.TestCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeTasksTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 160);
    TestTask.write(folder.resolve("task"), 10, 40);
  }

  private PretrainConfig config(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "corpus=" + folder.resolve("corpus"),
                "output=" + folder.resolve("run"),
                "init.config.max_position_embeddings=32",
                "data.max_seq_length=32",
                "data.logical_shards=1",
                "cluster.workers=1",
                "data.per_device_train_batch_size=4",
                "evaluation.probe.query_max_length=8",
                "evaluation.probe.passage_max_length=16",
                "evaluation.probe.tasks=[{name: t, path: '%s'}]"
                    .formatted(folder.resolve("task"))));
    settings.addAll(List.of(more));
    return ConfigLoader.load(PretrainConfig.class, List.of(), settings).value();
  }

  private ProbeTasks read(String... more) {
    return read(ShardManifest.open(STORAGE, folder.resolve("corpus").toString()), more);
  }

  private ProbeTasks read(ShardManifest manifest, String... more) {
    PretrainConfig config = config(more);
    Vocabulary vocabulary = Vocabulary.load(STORAGE, config.corpus());
    return ProbeTasks.read(
        STORAGE, config, manifest, vocabulary, PretrainPlan.freshShape(config, vocabulary));
  }

  private static <E extends RuntimeException> String refusal(Class<E> type, Runnable reading) {
    return assertThrows(type, reading::run).getMessage();
  }

  @Test
  void rowsAreCutAndInTheOrderOfTheFiles() {
    TriedTask task = read().tasks().get(0);

    assertEquals(10, task.queries());
    assertEquals(40, task.documents());
    assertEquals(50, task.rows().size());
    assertEquals("q0", task.queryIds().get(0));
    assertEquals("d39", task.documentIds()[39]);
    assertEquals(4, task.rows().get(0).length);
    assertEquals(14, task.rows().stream().mapToInt(row -> row.length).max().orElseThrow());
  }

  @Test
  void ofALargeTaskAllThatIsRelevantIsTried() {
    ProbeTasks tasks = read("evaluation.probe.max_queries=4", "evaluation.probe.max_documents=9");

    TriedTask task = tasks.tasks().get(0);
    Set<String> documents = new HashSet<>(List.of(task.documentIds()));
    assertEquals(4, task.queries());
    assertEquals(9, task.documents());
    assertEquals(Set.copyOf(task.queryIds()), task.qrels().grades().keySet());
    task.qrels().grades().values().forEach(of -> assertTrue(documents.containsAll(of.keySet())));
    assertFalse(documents.equals(Set.of("d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8")));
    assertEquals(tasks.fingerprint(), read().fingerprint(), "of the files, not of the draw");
  }

  @Test
  void tooFewDocumentsForWhatIsRelevantAreRefused() {
    String refusal = refusal(ConfigException.class, () -> read("evaluation.probe.max_documents=9"));

    assertTrue(refusal.contains("evaluation.probe.max_documents = 9"), refusal);
    assertTrue(refusal.contains("10 relevant documents"), refusal);
  }

  @Test
  void textsLongerThanTheModelAreRefused() {
    String refusal =
        refusal(ConfigException.class, () -> read("evaluation.probe.passage_max_length=33"));

    assertEquals(
        "evaluation.probe.passage_max_length = 33: the model has 32 positions; lower it", refusal);
  }

  @Test
  void aBadRecordAndAMissingFolderAreFoundBeforeTraining() throws IOException {
    Files.writeString(folder.resolve("task/queries.jsonl"), "{\"_id\": \"q0\"}\n");

    String bad =
        assertThrows(CorruptDataException.class, () -> PretrainPlan.of(STORAGE, config()))
            .getMessage();
    String none =
        refusal(
            ConfigException.class, () -> read("evaluation.probe.tasks=[{name: t, path: nowhere}]"));

    assertTrue(bad.contains("queries.jsonl"), bad);
    assertTrue(none.contains("nowhere"), none);
  }

  private static TextSum sum(Path file) throws IOException {
    TextSum sum = new TextSum();
    for (String line : Files.readAllLines(file)) {
      sum.add(new ObjectMapper().readTree(line).get("text").asText());
    }
    return sum;
  }

  @Test
  void aCorpusThatKeptTheTextsOutSaysSoAndAnotherEarnsAWarning() throws IOException {
    ShardManifest before = ShardManifest.open(STORAGE, folder.resolve("corpus").toString());
    KeptOut keptOut =
        KeptOut.of(
            "beir/t",
            sum(folder.resolve("task/queries.jsonl")),
            sum(folder.resolve("task/corpus.jsonl")));
    ShardManifest clean = with(before, keptOut);
    ShardManifest other =
        with(before, KeptOut.of("other", sum(folder.resolve("task/queries.jsonl")), new TextSum()));

    assertEquals(
        List.of(
            "probe    t: 10 queries, 40 documents; all of them kept out of the corpus as 'beir/t'"),
        read(clean).lines());
    String nothing = read(before).lines().get(0);
    assertTrue(nothing.contains("warning: the corpus may hold them"), nothing);
    assertTrue(nothing.contains("10 queries and 40 passages were kept out, but nothing"), nothing);
    String passages = read(other).lines().get(0);
    assertTrue(passages.contains("but sets named other"), passages);
  }

  private static ShardManifest with(ShardManifest m, KeptOut keptOut) {
    return new ShardManifest(
        m.formatVersion(),
        m.createdBy(),
        m.vocabularyFingerprint(),
        m.vocabularySize(),
        m.lowerCase(),
        m.stripAccents(),
        m.tokenizeChineseChars(),
        m.maxSeqLength(),
        m.seed(),
        m.samples(),
        m.tokens(),
        m.shards(),
        m.sources(),
        Map.of(ShardManifest.KEPT_OUT, List.of(keptOut)));
  }

  @Test
  void everyRowIsInOneBatchAndNoBatchIsTooLarge() {
    List<int[]> rows = read().tasks().get(0).rows();

    List<List<Integer>> batches = SharedVectors.batches(rows, 48, 5);

    assertEquals(50, batches.stream().flatMap(List::stream).distinct().count());
    assertEquals(50, batches.stream().mapToInt(List::size).sum());
    for (List<Integer> batch : batches) {
      assertTrue(batch.size() <= 5);
      assertTrue(batch.stream().mapToInt(row -> rows.get(row).length + 2).sum() <= 48);
    }
  }
}
