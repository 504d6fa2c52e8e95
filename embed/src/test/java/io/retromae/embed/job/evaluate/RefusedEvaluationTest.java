package io.retromae.embed.job.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations that cannot be, and what is said of them. */
class RefusedEvaluationTest {
  @TempDir Path folder;

  @BeforeEach
  void writeTask() throws IOException {
    Files.createDirectories(folder.resolve("t/qrels"));
    Files.writeString(folder.resolve("t/queries.jsonl"), "{\"_id\": \"q\", \"text\": \"ka\"}\n");
    Files.writeString(
        folder.resolve("t/corpus.jsonl"),
        "{\"_id\": \"a\", \"text\": \"ka\"}\n{\"_id\": \"b\", \"text\": \"ke\"}\n");
    Files.writeString(folder.resolve("t/qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq\ta\t1\n");
  }

  private EvaluationRun run(String competitor) {
    return EvaluationRun.into(folder.resolve("out"))
        .with(SmallTasks.setting(folder, "t"), "competitors=[{name: x, " + competitor + "}]");
  }

  private EvaluationRun encoder() {
    return run("model: '%s'".formatted(EvaluationRun.MODEL));
  }

  private void vectors(String set, float[]... vectors) throws IOException {
    Path output = folder.resolve("vectors/t/" + set);
    Files.createDirectories(output);
    try (VectorWriter writer =
        VectorFiles.createParquet(
            EvaluationRun.STORAGE, output.toString(), "0.parquet", VectorColumns.DEFAULT)) {
      for (int i = 0; i < vectors.length; i++) {
        writer.append(
            set.startsWith("queries") && i == 0 ? "q" : Character.toString('a' + i), vectors[i]);
      }
      writer.commit();
    }
  }

  private EvaluationRun recorded() {
    return run("vectors: '%s'".formatted(folder.resolve("vectors")));
  }

  private static void assertSays(Exception e, String... parts) {
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  private static void assertMistake(EvaluationRun run, String... parts) {
    assertSays(assertThrows(ConfigException.class, run::run), parts);
  }

  private static void assertFault(EvaluationRun run, String... parts) {
    assertSays(assertThrows(CorruptDataException.class, run::run), parts);
  }

  @Test
  void recordedVectorsMustBeThoseOfTheTexts() throws IOException {
    assertMistake(recorded(), "vectors/t/queries", "no vectors there");
    vectors("queries", new float[] {1, 0});
    vectors("corpus", new float[] {1, 0});
    assertFault(recorded(), "vectors/t/corpus", "no vector for 1 of 2 texts", "id 'b'");
    vectorsAgain(new float[] {1, 0}, new float[] {0, 1}, new float[] {1, 1});
    assertFault(recorded(), "3 vectors for 2 documents");
    vectorsAgain(new float[] {1, 0, 0}, new float[] {0, 1, 0});
    assertMistake(recorded(), "vectors of 3 values", "of 2");
  }

  private void vectorsAgain(float[]... vectors) throws IOException {
    Files.delete(folder.resolve("vectors/t/corpus/0.parquet"));
    vectors("corpus", vectors);
  }

  @Test
  void queriesMayBeTheCorpus() throws IOException {
    Files.copy(
        folder.resolve("t/corpus.jsonl"),
        folder.resolve("t/queries.jsonl"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(
        folder.resolve("t/qrels/test.tsv"), "query-id\tcorpus-id\tscore\na\tb\t1\nb\ta\t1\n");

    assertTrue(EvaluationRun.score(encoder().run(), "t", "x") > 0);
  }

  @Test
  void whatEmbedLeavesIsTakenOnceItIsWhole() throws IOException {
    for (String set : List.of("queries", "corpus")) {
      vectors(set + "/vectors", new float[] {1, 0}, new float[] {0, 1});
    }
    assertMistake(recorded(), "vectors/t/queries", "run embed to its end");
    for (String set : List.of("queries", "corpus")) {
      Files.writeString(
          folder.resolve("vectors/t/%s/_SUCCESS.json".formatted(set)),
          "{\"holds\": \"vectors\", \"formatVersion\": 1, \"files\": [], \"lineage\": {}}");
    }
    assertEquals(1, EvaluationRun.score(recorded().run(), "t", "x"));
  }

  @Test
  void recordedVectorsAreComparedAsIsAsked() throws IOException {
    vectors("queries", new float[] {1, 0});
    vectors("corpus", new float[] {1, 0}, new float[] {3, 9});

    assertEquals(1, EvaluationRun.score(recorded().run(), "t", "x"));
    assertTrue(
        EvaluationRun.score(
                run("similarity: dot, vectors: '%s'".formatted(folder.resolve("vectors"))).run(),
                "t",
                "x")
            < 1);
  }

  @Test
  void rankingsMustBeOfTheTask() throws IOException {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    EvaluationRun ranked = run("run: '%s'".formatted(runs));
    assertMistake(ranked, "runs/t.trec", "no such file");
    Files.writeString(runs.resolve("t.trec"), "q Q0 a 1 0.5 me\nq Q0 c 2 0.4 me\n");
    assertFault(ranked, "t.trec line 2", "'c' is not in the corpus");
    Files.writeString(runs.resolve("t.trec"), "q Q0 a 1 NaN me\n");
    assertFault(ranked, "t.trec line 1", "NaN");
    Files.writeString(runs.resolve("t.trec"), "q Q0 a 1 x me\n");
    assertFault(ranked, "t.trec line 1", "finite number");
    Files.writeString(runs.resolve("t.trec"), "q Q0 a 1 1\n");
    assertFault(ranked, "t.trec behind line 0", "5 values for the 6 columns");
    Files.writeString(runs.resolve("t.trec"), "z Q0 a 1 1 me\n");
    assertFault(ranked, "t.trec", "none of its 1 queries is judged, such as 'z'", "such as 'q'");
    Files.writeString(runs.resolve("t.trec"), "");
    assertFault(ranked, "t.trec", "holds no ranking", "such as 'q'");
    Files.writeString(runs.resolve("t.trec"), "q Q0 a 1 1 me\nq Q0 a 2 1 me\n");
    assertFault(ranked, "t.trec line 2", "'a' a second time for query 'q'");
  }

  @Test
  void anIdWithWhiteSpaceIsNoneOfARunFile() throws IOException {
    Files.writeString(folder.resolve("t/queries.jsonl"), "{\"_id\": \"q 1\", \"text\": \"ka\"}\n");
    Files.writeString(
        folder.resolve("t/qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq 1\ta\t1\n");

    assertEquals(1, encoder().run().tasks().size());
    assertFault(encoder().with("trec_runs=true"), "t.trec", "id 'q 1' holds white space");
    for (String name : List.of("report", "scores", "runs")) {
      assertFalse(Files.exists(folder.resolve("out/" + name)), name + " of the earlier run");
    }
  }

  @Test
  void theFolderSaysHowVectorsAreCompared() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    try (Stream<Path> files = Files.list(EvaluationRun.MODEL)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    String setting = "model: '%s', normalize: %s".formatted(model, "false");
    assertCompared("dot", setting);
    assertCompared("cosine", "model: '%s'".formatted(model));
    Path config = model.resolve("config_sentence_transformers.json");
    Files.writeString(config, "{\"similarity_fn_name\": \"cosine\"}");
    assertCompared("cosine", setting);
    Files.writeString(config, "{\"similarity_fn_name\": \"dot\"}");
    assertCompared("dot", "model: '%s'".formatted(model));
    Files.writeString(config, "{\"similarity_fn_name\": \"manhattan\"}");
    assertMistake(run(setting), "competitor 'x'", "manhattan", "set similarity");
    assertCompared("dot", setting + ", similarity: dot");
  }

  private void assertCompared(String how, String competitor) {
    EvaluationRun run = run(competitor);
    run.run();
    assertTrue(run.console().contains("compared by " + how), run.console());
  }

  @Test
  void queriesThatRankingsLeaveOutAreCounted() throws IOException {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    Files.writeString(
        folder.resolve("t/queries.jsonl"),
        "{\"_id\": \"q\", \"text\": \"ka\"}\n{\"_id\": \"r\", \"text\": \"ka\"}\n");
    Files.writeString(
        folder.resolve("t/qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq\ta\t1\nr\tb\t1\n");
    Files.writeString(runs.resolve("t.trec"), "q Q0 a 1 1 me\nz Q0 a 1 1 me\n");

    var score = run("run: '%s'".formatted(runs)).run().tasks().get(0).scores().get(0);

    assertEquals(1, score.value());
    assertEquals(0.5, score.metrics().get("ndcg_at_10_over_all_judged"));
    assertEquals(1L, score.counts().get("judged_queries_not_in_the_run"));
    assertEquals(1L, score.counts().get("queries_of_the_run_not_judged"));
  }

  @Test
  void theQueryItselfIsNoAnswerWhereThatIsAsked() throws IOException {
    Files.writeString(folder.resolve("t/queries.jsonl"), "{\"_id\": \"b\", \"text\": \"ka\"}\n");
    Files.writeString(folder.resolve("t/qrels/test.tsv"), "query-id\tcorpus-id\tscore\nb\ta\t1\n");
    String task = "tasks=[{name: t, path: '%s', ignore_identical_ids: true}]";

    var report =
        encoder().with(task.formatted(folder.resolve("t")), "top_k=1", "cutoffs=[1]").run();

    assertEquals(1, EvaluationRun.score(report, "t", "x"));
  }

  @Test
  void mistakesOfSettingsAreSaidTogether() {
    EvaluationRun run =
        run("model: '%s'".formatted(folder.resolve("none")))
            .with("tasks=[{name: t, path: '%s'}]".formatted(folder.resolve("nowhere")));

    ConfigException e = assertThrows(ConfigException.class, run::run);

    assertEquals(2, e.problems().size(), e.getMessage());
    assertTrue(e.problems().get(0).contains("competitor 'x'"), e.getMessage());
    assertTrue(e.problems().get(1).contains("does not exist"), e.getMessage());
  }

  @Test
  void settingsThatMeanNothingAreRefused() {
    String model = "model: '%s'".formatted(EvaluationRun.MODEL);
    assertMistake(run("pooling: cls, vectors: v"), "do nothing for competitor 'x'");
    assertMistake(run("similarity: dot, run: r"), "similarity: does nothing");
    assertMistake(run(model + ", vectors: v"), "exactly one of them, has 2");
    assertMistake(run("pooling: cls"), "exactly one of them, has 0");
    assertMistake(run(model + "}, {name: x, " + model), "two have the name 'x'");
    assertMistake(encoder().with("baseline=y"), "baseline = y");
    assertMistake(encoder().with("top_k=10"), "cutoffs", "top_k = 10");
    assertMistake(encoder().with("tasks=[]"), "give at least one");
    assertMistake(run(model + ", query_max_length: 65"), "max_length = 65");
    assertMistake(
        encoder()
            .with(
                "tasks=[{name: t, path: '%s', main_metric: map_at_7}]"
                    .formatted(folder.resolve("t"))),
        "main_metric = map_at_7",
        "map_at_10");
  }

  @Test
  void aFolderOfSomethingElseIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/thesis.txt"), "x");

    assertMistake(encoder(), "out", "not this job's");
  }

  @Test
  void aDamagedFileOfVectorsIsMadeAgain() throws IOException {
    EvaluationRun run = encoder();
    double before = EvaluationRun.score(run.run(), "t", "x");
    for (String file : run.files("vectors")) {
      if (file.endsWith(".parquet")) {
        Files.write(folder.resolve("out").resolve(file), new byte[] {1});
      }
    }

    assertEquals(before, EvaluationRun.score(run.run(), "t", "x"));
    assertEquals(List.of(), run.files("vectors").stream().filter(f -> f.endsWith(".tmp")).toList());
  }
}
