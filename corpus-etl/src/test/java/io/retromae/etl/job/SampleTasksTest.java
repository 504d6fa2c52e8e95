package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.hash.TextSum;
import io.retromae.core.output.OutputMode;
import io.retromae.core.record.RecordFile;
import io.retromae.core.record.Records;
import io.retromae.core.shard.KeptOut;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardReader;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.report.EtlReport;
import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tasks that ship are not in the corpus that the quickstart makes. The shards are compared in
 * pieces of the vocabulary, which shares nothing with the index of n-grams that held them out.
 */
class SampleTasksTest {
  private static final Path TASKS = EtlRun.ROOT.resolve("examples/tasks");
  private static final List<String> RETRIEVAL =
      List.of("medical", "encyclopedia", "wikipedia", "python", "pubmed");

  @TempDir static Path folder;

  private static Path corpus;
  private static EtlReport report;
  private static WordPieceTokenizer tokenizer;
  private static Vocabulary vocabulary;

  /** Every document of the shards as one sequence of ids. */
  private static final Map<String, TreeMap<Integer, int[]>> SHARDS = new TreeMap<>();

  @BeforeAll
  static void makeTheQuickstartsCorpus() throws IOException {
    corpus = folder.resolve("corpus");
    String text = Files.readString(EtlRun.ROOT.resolve("conf/quickstart-etl.yaml"));
    var file =
        new ConfigLoader.Source(
            "quickstart-etl.yaml", text.replace("examples/", EtlRun.ROOT + "/examples/"));
    Resolved<EtlConfig> config =
        ConfigLoader.load(EtlConfig.class, List.of(file), List.of("output=" + corpus));
    report = new CorpusEtlJob(LocalSpark.shared(), config, line -> {}).run(OutputMode.RESUME);
    vocabulary = Vocabulary.load(EtlRun.STORAGE, corpus.toString());
    tokenizer = new WordPieceTokenizer(vocabulary, config.value().wordRules());
    for (ShardEntry shard : EtlRun.manifest(corpus).shards()) {
      try (ShardReader reader = ShardReader.open(EtlRun.STORAGE, corpus.toString(), shard)) {
        for (int group = 0; group < shard.rowGroups().size(); group++) {
          for (Sample sample : reader.readSamples(group)) {
            SHARDS
                .computeIfAbsent(sample.documentId(), id -> new TreeMap<>())
                .put(sample.block(), sample.tokenIds());
          }
        }
      }
    }
  }

  private static List<ObjectNode> records(String file) throws IOException {
    List<ObjectNode> found = new ArrayList<>();
    try (Records records = RecordFile.open(EtlRun.STORAGE, TASKS.resolve(file).toString())) {
      for (Optional<ObjectNode> next = records.next(); next.isPresent(); next = records.next()) {
        found.add(next.get());
      }
    } catch (io.retromae.core.record.RefusedRecordException e) {
      throw new AssertionError(file, e);
    }
    return found;
  }

  private static List<String> texts(String file, String... fields) throws IOException {
    return records(file).stream()
        .flatMap(record -> Stream.of(fields).map(field -> record.get(field).textValue()))
        .toList();
  }

  private static List<String> allTexts() throws IOException {
    List<String> texts = new ArrayList<>();
    for (String task : RETRIEVAL) {
      texts.addAll(texts(task + "/queries.jsonl", "text"));
      texts.addAll(texts(task + "/corpus.jsonl", "text"));
    }
    texts.addAll(texts("similarity/test.jsonl", "sentence1", "sentence2"));
    texts.addAll(texts("source/train.jsonl", "text"));
    texts.addAll(texts("source/test.jsonl", "text"));
    return texts;
  }

  /** Words and Chinese characters of a sequence of ids, without signs. */
  private static List<String> units(int[] ids) {
    List<String> words = new ArrayList<>();
    for (int id : ids) {
      String token = vocabulary.token(id);
      if (vocabulary.continuesWord(id) && !words.isEmpty()) {
        words.set(words.size() - 1, words.get(words.size() - 1) + token.substring(2));
      } else {
        words.add(token);
      }
    }
    words.removeIf(word -> word.chars().noneMatch(Character::isLetterOrDigit));
    return words;
  }

  private static List<String> nGrams(List<String> units, int length) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i + length <= units.size(); i++) {
      List<String> gram = units.subList(i, i + length);
      long words = gram.stream().filter(SampleTasksTest::hasLetter).count();
      if (2 * words >= length && !gram.contains("[UNK]")) {
        found.add(String.join(" ", gram));
      }
    }
    return found;
  }

  private static boolean hasLetter(String unit) {
    return unit.chars().anyMatch(Character::isLetter);
  }

  private static boolean isChinese(List<String> units) {
    return 2 * units.stream().filter(u -> Character.isIdeographic(u.codePointAt(0))).count()
        > units.size();
  }

  private static Set<String> nGramsOfShards(int length) {
    Set<String> found = new HashSet<>();
    for (TreeMap<Integer, int[]> blocks : SHARDS.values()) {
      int[] ids = blocks.values().stream().flatMapToInt(java.util.Arrays::stream).toArray();
      found.addAll(nGrams(units(ids), length));
    }
    return found;
  }

  @Test
  void noDocumentOfATaskIsInTheShards() throws IOException {
    Set<String> ids = new HashSet<>();
    for (String task : RETRIEVAL) {
      records(task + "/corpus.jsonl").forEach(r -> ids.add(r.get("_id").asText().substring(0, 32)));
    }

    Set<String> both = new HashSet<>(SHARDS.keySet());
    both.retainAll(ids);

    assertEquals(Set.of(), both);
    assertEquals(
        ids,
        Files.readAllLines(TASKS.resolve("documents.txt")).stream().collect(Collectors.toSet()));
  }

  @Test
  void noThirteenWordsOrTwentySixCharactersOfATaskAreInTheShards() throws IOException {
    Map<Integer, Set<String>> shards = Map.of(13, nGramsOfShards(13), 26, nGramsOfShards(26));
    int compared = 0;
    List<String> leaks = new ArrayList<>();
    for (String text : allTexts()) {
      List<String> units = units(tokenizer.encode(Normalizer.normalize(text)));
      int length = isChinese(units) ? 26 : 13;
      for (String gram : nGrams(units, length)) {
        compared++;
        if (shards.get(length).contains(gram)) {
          leaks.add(gram);
        }
      }
    }

    assertEquals(List.of(), leaks);
    assertTrue(compared > 100_000, "compared " + compared);
    assertTrue(shards.get(13).size() > 100_000 && shards.get(26).size() > 50_000);
  }

  @Test
  void theReportCountsWhatWasHeldOutAndWhatElseWasFound() {
    assertTrue(report.counts().documents("hold_out") >= 420, report.funnel());
    assertTrue(
        report.contamination().stream().anyMatch(task -> task.task().equals("medical passages")));
    assertTrue(report.samples() > 10_000, "enough is left: " + report.samples());
  }

  @Test
  void theManifestSaysWhichTextsWereKeptOut() throws IOException {
    for (String task : RETRIEVAL) {
      KeptOut keptOut =
          EtlRun.manifest(corpus).keptOut().stream()
              .filter(set -> set.set().equals(task))
              .findFirst()
              .orElseThrow();
      TextSum queries = new TextSum();
      texts(task + "/queries.jsonl", "text").forEach(queries::add);
      TextSum passages = new TextSum();
      texts(task + "/corpus.jsonl", "text").forEach(passages::add);

      assertTrue(keptOut.hasQueries(queries) && keptOut.hasPassages(passages), task);
    }
  }
}
