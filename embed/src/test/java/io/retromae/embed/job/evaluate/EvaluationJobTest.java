package io.retromae.embed.job.evaluate;

import static io.retromae.embed.job.evaluate.EvaluationRun.score;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.embed.metric.pair.Similarity;
import io.retromae.embed.report.EvaluationReport;
import io.retromae.embed.task.Judgments;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TaskReader;
import io.retromae.embed.task.TaskSettings;
import io.retromae.embed.task.TextSet;
import io.retromae.embed.task.TextsInMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small tasks of each kind from files to report. */
class EvaluationJobTest {
  private static final String[] KINDS = {
    "retrieval", "reranking", "sts", "pair_classification", "classification", "clustering"
  };

  @TempDir static Path folder;

  private static EvaluationRun first;
  private static EvaluationReport report;

  @BeforeAll
  static void run() throws IOException {
    SmallTasks.write(folder);
    first = all("first").with("trec_runs=true");
    report = first.run();
  }

  private static EvaluationRun all(String output) {
    return EvaluationRun.into(folder.resolve(output))
        .with(SmallTasks.setting(folder, KINDS), EvaluationRun.TWO);
  }

  @Test
  void everyKindIsScoredForEveryCompetitor() {
    assertEquals(List.of(KINDS), report.tasks().stream().map(task -> task.kind()).toList());
    for (EvaluationReport.TaskResult task : report.tasks()) {
      for (String competitor : List.of("cls", "mean")) {
        EvaluationReport.Score found = task.of(competitor).orElseThrow();
        assertTrue(found.value() > 0 && found.value() <= 1, task.name() + " " + found);
        assertEquals(found.value(), found.metrics().get(task.mainMetric()));
        EvaluationReport.Bounds bounds = found.interval().orElseThrow();
        assertTrue(bounds.low() <= bounds.high(), task.name() + " " + bounds);
      }
    }
    assertEquals(KINDS.length, report.comparisons().size());
    assertTrue(report.comparisons().stream().allMatch(c -> c.interval().isPresent()));
    assertEquals("cls", report.baseline());
  }

  @Test
  void whatIsNotUsedIsCounted() {
    assertEquals(Map.of("queries_without_relevant_documents", 1L), report.tasks().get(0).leftOut());
    assertEquals(Map.of("queries_without_positives", 1L), report.tasks().get(1).leftOut());
  }

  @Test
  void worstQueriesHaveTextsOfWhatWasWantedAndFound() {
    for (int task = 0; task < 2; task++) {
      for (EvaluationReport.WorstQueries worst : report.tasks().get(task).worst()) {
        assertFalse(worst.queries().isEmpty());
        for (EvaluationReport.Query query : worst.queries()) {
          assertFalse(query.text().isEmpty(), query.toString());
          assertFalse(query.wanted().isEmpty());
          assertTrue(query.wanted().stream().allMatch(d -> d.grade() > 0 && !d.text().isEmpty()));
          assertTrue(query.found().stream().allMatch(d -> !d.text().isEmpty()));
        }
      }
    }
  }

  @Test
  void scoresOfSingleQueriesAndRankingsAreWritten() throws IOException {
    assertEquals(30, Files.readAllLines(folder.resolve("first/scores/cls/retrieval.jsonl")).size());
    List<String> run = Files.readAllLines(folder.resolve("first/runs/mean/retrieval.trec"));
    assertEquals(30 * 600, run.size());
    assertTrue(run.get(0).matches("q0 Q0 d\\d+ 1 [-0-9.E]+ mean"), run.get(0));
  }

  @Test
  void aSecondRunWithOneMoreEmbedsThatOneAlone() throws IOException {
    EvaluationRun second = all("more");
    second
        .with(
            "competitors=[{name: mean, model: '%s', pooling: mean}]".formatted(EvaluationRun.MODEL))
        .run();
    List<String> before = second.files("vectors");

    EvaluationReport both = second.with(EvaluationRun.TWO, "trec_runs=true").run();

    List<String> after = new ArrayList<>(second.files("vectors"));
    assertTrue(after.containsAll(before));
    assertEquals(2 * before.size(), after.size());
    assertEquals(report.tasks().toString(), both.tasks().toString());
  }

  /** Retrieval without Spark, search and parts. */
  @Test
  void retrievalIsScoredByPlainProducts() {
    TaskSettings settings =
        ConfigLoader.load(
                TaskSettings.class,
                List.of(),
                List.of("name=t", "path=" + folder.resolve("retrieval")))
            .value();
    TextsInMemory texts = new TextsInMemory();
    Task task = TaskReader.read(EvaluationRun.STORAGE, settings, texts);
    Judgments.Retrieval judged = (Judgments.Retrieval) task.judgments();
    EncoderFolder model = EncoderFolder.open(EvaluationRun.STORAGE, EvaluationRun.MODEL.toString());
    double sum = 0;
    try (TextEncoder encoder =
        SharedEncoder.acquire(EvaluationRun.STORAGE, model.spec(EncoderOptions.DEFAULTS))) {
      float[][] queries = encoder.encode(texts.texts(TextSet.QUERIES));
      float[][] corpus = encoder.encode(texts.texts(TextSet.CORPUS));
      for (int q = 0; q < queries.length; q++) {
        sum += ndcgAt10(queries[q], corpus, texts, judged.grades().get(judged.queries().get(q)));
      }
    }

    double mean = sum / judged.queries().size();
    assertEquals(mean, score(report, "retrieval", "cls"), 1e-6);
  }

  private static double ndcgAt10(
      float[] query, float[][] corpus, TextsInMemory texts, Map<String, Integer> grades) {
    double[] scores = new double[corpus.length];
    for (int d = 0; d < corpus.length; d++) {
      scores[d] = Similarity.DOT.of(query, corpus[d]);
    }
    double gain = 0;
    for (int d = 0; d < corpus.length; d++) {
      int grade = grades.getOrDefault(texts.ids(TextSet.CORPUS).get(d), 0);
      double own = scores[d];
      long before = Arrays.stream(scores).filter(score -> score > own).count();
      gain += before < 10 ? grade / (Math.log(before + 2) / Math.log(2)) : 0;
    }
    return gain / (2 + 1 / (Math.log(3) / Math.log(2))); // grades 2 and 1
  }

  private static EvaluationRun some(String output) {
    return EvaluationRun.into(folder.resolve(output))
        .with(SmallTasks.setting(folder, "retrieval", "sts"), EvaluationRun.TWO);
  }

  /** One and four tasks at once, and a driver killed with -9 again and again. */
  @Test
  void theReportIsTheSameWhateverHappens() throws Exception {
    EvaluationRun undisturbed = some("undisturbed");
    undisturbed.run();
    for (String tasks : List.of("1", "4")) {
      EvaluationRun other = some("tasks" + tasks);
      assertTrue(other.process().run("local[" + tasks + "]"));
      assertEquals(undisturbed.json(), other.json(), tasks);
    }
    EvaluationRun killed = some("killed");
    int kills = killed.process().runKillingDrivers("local[2]", before -> 2 + 4 * before);
    assertTrue(kills > 1, "killed " + kills + " times");
    assertEquals(undisturbed.json(), killed.json());
  }

  @Test
  void recordedVectorsScoreLikeTheirEncoder() throws IOException {
    EvaluationRun own =
        all("own").with("competitors=[{name: cls, model: '%s'}]".formatted(EvaluationRun.MODEL));
    own.run();
    RecordedVectors.copy(folder.resolve("own"), own, folder.resolve("recorded"));

    EvaluationReport recorded =
        all("recorded-out")
            .with("competitors=[{name: cls, vectors: '%s'}]".formatted(folder.resolve("recorded")))
            .run();

    for (String kind : KINDS) {
      assertEquals(score(report, kind, "cls"), score(recorded, kind, "cls"), 1e-12, kind);
    }
  }

  @Test
  void recordedRankingsScoreLikeThoseWhoMadeThem() throws IOException {
    EvaluationReport ranked =
        all("ranked")
            .with(
                "competitors=[{name: mean, run: '%s'}]"
                    .formatted(folder.resolve("first/runs/mean")))
            .run();

    assertEquals(score(report, "retrieval", "mean"), score(ranked, "retrieval", "mean"), 1e-12);
    assertEquals(List.of(), ranked.tasks().get(1).scores());
    assertEquals(KINDS.length - 1, ranked.warnings().size(), ranked.warnings().toString());
  }

  @Test
  void instructionsGoBeforeTextsOfTheirSide() {
    EvaluationRun plain = all("instructed");
    String competitor = "{name: %s, model: '" + EvaluationRun.MODEL + "', %s: 'kaka: '}";
    EvaluationReport instructed =
        plain
            .with(
                "competitors=[%s, %s, %s]"
                    .formatted(
                        competitor.formatted("query", "query_instruction"),
                        competitor.formatted("passage", "passage_instruction"),
                        competitor.formatted("text", "text_instruction")))
            .run();

    for (String side : List.of("query", "passage")) {
      assertTrue(score(report, "retrieval", "cls") != score(instructed, "retrieval", side), side);
      for (String kind : List.of("sts", "pair_classification", "classification", "clustering")) {
        assertEquals(score(report, kind, "cls"), score(instructed, kind, side), kind);
      }
    }
    assertEquals(score(report, "retrieval", "cls"), score(instructed, "retrieval", "text"));
    assertTrue(score(report, "sts", "cls") != score(instructed, "sts", "text"));
  }
}
