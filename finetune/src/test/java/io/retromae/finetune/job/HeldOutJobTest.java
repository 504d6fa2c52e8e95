package io.retromae.finetune.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.SplitMix64;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.spark.LocalSpark;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.bert.Pooling;
import io.retromae.training.settings.DeviceSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Held-out lines in the job: figures, their bits, the best checkpoint and an early end. */
class HeldOutJobTest {
  private static final String ALONE = "cluster.workers=1";
  private static final int QUERIES = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    TestPairs.write(folder, 150);
    spark = LocalSpark.alone(LocalSpark.conf("local[4]"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
    SharedEncoder.closeIdle();
  }

  private static Resolved<FinetuneConfig> config(String output, String... more) {
    List<String> all =
        new ArrayList<>(List.of("evaluation.holdout_lines=20", "evaluation.eval_steps=3"));
    all.addAll(List.of(more));
    return TestPairs.config(folder, output, all.toArray(String[]::new));
  }

  private static TrainingReport train(Resolved<FinetuneConfig> config, RunConsole console)
      throws IOException {
    return new FinetuneJob(spark, config, console).run(OutputMode.RESUME);
  }

  /** What was evaluated, without times. */
  private static List<String> evaluations(String run) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run + "/metrics.jsonl"))) {
      ObjectNode row = (ObjectNode) JSON.readTree(line);
      if (row.has("eval_loss") || row.path("event").asText().equals("best")) {
        row.remove(List.of("time", "eval_seconds"));
        rows.add(row.toString());
      }
    }
    return rows;
  }

  @Test
  void anExtendedRunOfAConstantRateHasTheBitsOfOneGo() throws IOException {
    String constant = "optimizer.lr_scheduler_type=constant";
    String more = "schedule.max_steps=6";
    train(config("one-go", constant, ALONE, more), line -> {});
    train(config("longer", constant, ALONE, "schedule.max_steps=4"), line -> {});

    TrainingReport end =
        train(config("longer", constant, ALONE, more, "schedule.extend=rewarm"), line -> {});

    assertEquals(6, end.exportedStep());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("one-go/export/model.safetensors")),
        Files.readAllBytes(folder.resolve("longer/export/model.safetensors")));
  }

  @Test
  void everyNumberOfWorkersAndAResumeSayTheSame() throws IOException {
    String[] best = {"checkpoint.keep_best=eval/mrr_at_10", "cluster.workers=0"};
    for (int workers : new int[] {1, 2, 4}) {
      best[1] = "cluster.workers=" + workers;
      train(config("w" + workers, best), line -> {});
    }
    AtomicReference<FinetuneJob> job = new AtomicReference<>();
    job.set(
        new FinetuneJob(
            spark,
            config("stopped", best),
            line -> {
              if (line.startsWith("step=5 ")) {
                job.get().requestStop();
              }
            }));
    TrainingReport stopped = job.get().run(OutputMode.RESUME);
    train(config("stopped", best[0], ALONE), line -> {});

    List<String> one = evaluations("w1");
    assertEquals(5, one.stream().filter(row -> row.contains("eval_loss")).count(), "" + one);
    assertTrue(one.get(0).startsWith("{\"step\":0,\"eval_loss\":"), one.get(0));
    for (String name :
        List.of("eval_contrastive_accuracy", "eval_mrr_at_10", "eval_recall_at_10")) {
      assertTrue(one.get(0).contains("\"" + name + "\":"), one.get(0));
    }
    assertFalse(stopped.finished());
    for (String other : List.of("w2", "w4", "stopped")) {
      assertEquals(one, evaluations(other), other);
      assertArrayEquals(
          TestPairs.weights(folder.resolve("w1")), TestPairs.weights(folder.resolve(other)));
    }
  }

  @Test
  void evaluatingChangesNoBitOfARun() throws IOException {
    Path task = folder.resolve("task");
    writeTask(task);
    String tasks = "evaluation.probe.tasks=[{name: t, path: '%s'}]".formatted(task);
    String[] lengths = {
      "evaluation.probe.query_max_length=8", "evaluation.probe.passage_max_length=16"
    };
    List<String> lines = Collections.synchronizedList(new ArrayList<>());

    train(config("seldom", ALONE, "evaluation.eval_steps=12"), line -> {});
    train(config("often", ALONE, tasks, lengths[0], lengths[1]), lines::add);

    assertArrayEquals(
        TestPairs.weights(folder.resolve("seldom")), TestPairs.weights(folder.resolve("often")));
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("event=probe step=0 t_mrr_at_10=")));
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("event=probe step=12 t_mrr_at_10")));
    assertTrue(lines.stream().anyMatch(line -> line.equals("probe    t: 4 queries, 4 documents")));
    String card = Files.readString(folder.resolve("often/export/README.md"));
    assertTrue(card.contains("| `eval/probe_t_mrr_at_10` |"), card);
    assertTrue(card.contains("(step 0)"), card);
  }

  private static void writeTask(Path task) throws IOException {
    Files.createDirectories(task.resolve("qrels"));
    StringBuilder corpus = new StringBuilder();
    StringBuilder queries = new StringBuilder();
    StringBuilder qrels = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int i = 0; i < 4; i++) {
      corpus.append("{\"_id\": \"d%d\", \"text\": \"t%d t9\"}\n".formatted(i, 10 + 20 * i));
      queries.append("{\"_id\": \"q%d\", \"text\": \"t%d\"}\n".formatted(i, 11 + 20 * i));
      qrels.append("q%d\td%d\t1\n".formatted(i, i));
    }
    Files.writeString(task.resolve("corpus.jsonl"), corpus);
    Files.writeString(task.resolve("queries.jsonl"), queries);
    Files.writeString(task.resolve("qrels/test.tsv"), qrels);
  }

  private record Line(String query, String positive, List<String> negatives) {}

  /** Lines no two of which have equal queries. */
  private static Path distinct() throws IOException {
    Set<String> queries = new HashSet<>();
    List<String> lines = new ArrayList<>();
    for (String text : Files.readAllLines(folder.resolve("pairs.jsonl"))) {
      if (queries.add(JSON.readTree(text).get("query").asText())) {
        lines.add(text);
      }
    }
    return Files.write(folder.resolve("distinct.jsonl"), lines);
  }

  /** The lines with the smallest hashes of queries. */
  private static List<Line> heldOut(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String text : Files.readAllLines(file)) {
      JsonNode line = JSON.readTree(text);
      List<String> negatives = new ArrayList<>();
      line.get("neg").forEach(negative -> negatives.add(negative.asText()));
      lines.add(new Line(line.get("query").asText(), line.get("pos").get(0).asText(), negatives));
    }
    lines.sort(Comparator.comparingLong(line -> SplitMix64.hash(line.query())));
    return lines.subList(0, QUERIES);
  }

  /** Of the exported model, by an encoder of its own and plain sums. */
  @Test
  void theLastFiguresAreThoseOfTheExportedModel() throws IOException {
    Path file = distinct();
    train(
        config(
            "figures",
            ALONE,
            "data.train=[" + file + "]",
            "evaluation.holdout_lines=" + QUERIES,
            "data.train_group_size=1"),
        line -> {});
    List<Line> lines = heldOut(file);

    Set<String> pool = new LinkedHashSet<>();
    lines.forEach(line -> pool.add(line.positive()));
    lines.forEach(line -> pool.addAll(line.negatives()));
    List<String> passages = List.copyOf(pool);
    float[][] q = encode("figures", lines.stream().map(Line::query).toList());
    float[][] p = encode("figures", passages);
    double loss = 0;
    double reciprocal = 0;
    double found = 0;
    for (int i = 0; i < QUERIES; i++) {
      double own = dot(q[i], p[passages.indexOf(lines.get(i).positive())]);
      double sum = Math.exp(own / 0.1);
      for (Line other : lines) {
        if (!other.positive().equals(lines.get(i).positive())) {
          sum += Math.exp(dot(q[i], p[passages.indexOf(other.positive())]) / 0.1);
        }
      }
      loss += Math.log(sum) - own / 0.1;
      int rank = 1;
      for (float[] passage : p) {
        rank += dot(q[i], passage) > own ? 1 : 0;
      }
      reciprocal += rank <= 10 ? 1.0 / rank : 0;
      found += rank <= 10 ? 1 : 0;
    }

    JsonNode last = JSON.readTree(evaluations("figures").get(4));
    assertEquals(TestPairs.STEPS, last.get("step").asInt());
    assertEquals(loss / QUERIES, last.get("eval_loss").asDouble(), 1e-4);
    assertEquals(reciprocal / QUERIES, last.get("eval_mrr_at_10").asDouble(), 1e-9);
    assertEquals(found / QUERIES, last.get("eval_recall_at_10").asDouble(), 1e-9);
    assertTrue(found > 0 && found < QUERIES, "neither all nor none: " + found);
  }

  private static float[][] encode(String run, List<String> texts) {
    EncoderSpec spec =
        new EncoderSpec(
            folder.resolve(run + "/export").toString(),
            Pooling.CLS,
            true,
            16,
            1_000,
            DeviceSetting.CPU);
    try (TextEncoder encoder = SharedEncoder.acquire(new Storage(new Configuration()), spec)) {
      return encoder.encode(texts);
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void filesOfTheirOwnAreEvaluatedAsHeldOutLinesAre() throws IOException {
    Path file = folder.resolve("dev.jsonl");
    List<String> all = Files.readAllLines(folder.resolve("pairs.jsonl"));
    Files.write(file, all.subList(0, 40));
    Path train = folder.resolve("train.jsonl");
    Files.write(train, all.subList(40, 150));
    List<String> lines = Collections.synchronizedList(new ArrayList<>());

    train(
        config(
            "files",
            "cluster.workers=2",
            "evaluation.holdout_lines=0",
            "evaluation.data=[" + file + "]",
            "data.train=[" + train + "]"),
        lines::add);

    assertEquals(5, evaluations("files").size());
    assertTrue(
        lines.contains(
            "held out 40 lines of evaluation.data; a loss over 2 batches, retrieval among their"
                + " passages"),
        lines.toString());
    String refusal =
        refusal(
            "evaluation.holdout_lines=0",
            "evaluation.data=[" + train + "]",
            "data.train=[" + train + "]");
    assertTrue(refusal.contains("is read twice, or trained on"), refusal);
  }

  @Test
  void aRunThatGetsNoBetterEndsAndExportsItsBest() throws IOException {
    String[] choosing = {
      ALONE,
      "evaluation.eval_steps=1",
      "schedule.max_steps=100",
      "optimizer.learning_rate=0.05",
      "checkpoint.keep_best=eval/mrr_at_10",
      "checkpoint.save_total_limit=1",
      "schedule.early_stopping.patience=2"
    };

    TrainingReport report = train(config("early", choosing), line -> {});

    assertTrue(report.finished());
    assertTrue(report.state().step() < 100, report.words());
    assertEquals(report.state().selection().bestStep(), report.exportedStep());
    assertTrue(report.words().contains("eval/mrr_at_10 got no better"), report.words());
    TreeMap<Long, Double> curve = new TreeMap<>();
    for (String row : evaluations("early")) {
      JsonNode json = JSON.readTree(row);
      if (json.has("eval_loss")) {
        curve.put(json.get("step").asLong(), json.get("eval_mrr_at_10").asDouble());
      }
    }
    curve.remove(0L);
    assertEquals(
        Collections.max(curve.values()), report.state().selection().bestValue(), "of its curve");
  }

  private static String refusal(String... settings) {
    ConfigException refusal =
        assertThrows(ConfigException.class, () -> train(config("refused", settings), line -> {}));
    assertFalse(Files.exists(folder.resolve("refused")));
    return refusal.getMessage();
  }

  @Test
  void whatCannotBeMeasuredIsRefusedWithNumbers() {
    String few = refusal("evaluation.holdout_lines=9");
    String all = refusal("evaluation.holdout_lines=150");
    String unknown = refusal("checkpoint.keep_best=eval/ndcg_at_10");
    String once = refusal("checkpoint.keep_best=eval/loss", "evaluation.eval_steps=null");

    assertTrue(few.contains("held-out lines are too few"), few);
    assertTrue(few.contains("data.global_batch_size = 16"), few);
    assertTrue(all.contains("none would be trained on"), all);
    assertTrue(
        unknown.endsWith(
            "it measures eval/loss, eval/contrastive_loss, eval/contrastive_accuracy,"
                + " eval/mrr_at_10, eval/recall_at_10"),
        unknown);
    assertTrue(once.contains("at the end only"), once);
  }
}
