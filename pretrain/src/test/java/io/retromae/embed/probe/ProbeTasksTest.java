package io.retromae.embed.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
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
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
        STORAGE,
        config.evaluation().probe(),
        new ProbeTasks.Words(vocabulary, manifest.wordRules()),
        PretrainPlan.freshShape(config, vocabulary),
        Optional.of(manifest));
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
    assertEquals(smallestHashes("q", 10, 4), Set.copyOf(task.queryIds()));
    Set<String> relevant =
        task.queryIds().stream().map(id -> "d" + id.substring(1)).collect(Collectors.toSet());
    Set<String> others = new HashSet<>(documents);
    others.removeAll(relevant);
    Set<String> all = smallestHashes("d", 40, 40);
    all.removeAll(relevant);
    assertEquals(all.stream().limit(5).collect(Collectors.toSet()), others);
    assertEquals(tasks.fingerprint(), read().fingerprint(), "of the files, not of the draw");
  }

  /** The smallest first. */
  private static Set<String> smallestHashes(String prefix, int ids, int most) {
    return IntStream.range(0, ids)
        .mapToObj(i -> prefix + i)
        .sorted(Comparator.comparing(Sha256::of))
        .limit(most)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Test
  void aNameThatFiguresCannotBearIsRefusedWithItsKey() {
    String refusal =
        refusal(
            ConfigException.class,
            () -> config("evaluation.probe.tasks=[{name: my task, path: p}]"));

    assertTrue(refusal.contains("evaluation.probe.tasks"), refusal);
    assertTrue(refusal.contains("name = my task: must be letters, digits"), refusal);
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
      JsonNode record = new ObjectMapper().readTree(line);
      sum.add(record.path("title").asText("") + "\n" + record.get("text").asText());
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
            sum(folder.resolve("task/corpus.jsonl")),
            0);
    ShardManifest clean = with(before, keptOut);
    ShardManifest other =
        with(
            before,
            KeptOut.of("other", sum(folder.resolve("task/queries.jsonl")), new TextSum(), 0));

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

  @Test
  void queriesOfOtherSplitsAndTitlesWithoutTextAreAmongWhatWasKeptOut() throws IOException {
    Path queries = folder.resolve("task/queries.jsonl");
    Path corpus = folder.resolve("task/corpus.jsonl");
    Files.writeString(
        queries, "{\"_id\": \"other\", \"text\": \"t6\"}\n", StandardOpenOption.APPEND);
    Files.writeString(
        corpus,
        "{\"_id\": \"title\", \"title\": \"t7 t8\", \"text\": \"\"}\n",
        StandardOpenOption.APPEND);
    ShardManifest before = ShardManifest.open(STORAGE, folder.resolve("corpus").toString());
    ShardManifest clean = with(before, KeptOut.of("beir/t", sum(queries), sum(corpus), 2));

    assertEquals(
        List.of(
            "probe    t: 10 queries, 41 documents; all of them kept out of the corpus as 'beir/t',"
                + " but 2 are too short or mostly numbers to be looked for"),
        read(clean).lines());
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

    List<int[]> batches = SharedVectors.batches(rows, 48, 5);

    assertEquals(50, batches.stream().flatMapToInt(Arrays::stream).distinct().count());
    assertEquals(50, batches.stream().mapToInt(batch -> batch.length).sum());
    for (int[] batch : batches) {
      assertTrue(batch.length <= 5);
      assertTrue(Arrays.stream(batch).map(row -> rows.get(row).length + 2).sum() <= 48);
    }
  }
}
