package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputMode;
import io.retromae.embed.probe.TestTask;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.spark.LocalSpark;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job on embedded Spark: workers are threads of one process. */
public class PretrainJobTest {
  private static final int STEPS = 12;

  /** For what has nothing to do with workers: Spark takes a second to bring two together. */
  private static final String ALONE = "cluster.workers=1";

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600);
    spark = new JavaSparkContext(LocalSpark.conf("local[4]"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  public static List<String> settings(Path folder, String output) {
    return List.of(
        "corpus=" + folder.resolve("corpus"),
        "output=" + folder.resolve(output),
        "init.config.hidden_size=16",
        "init.config.num_hidden_layers=2",
        "init.config.num_attention_heads=2",
        "init.config.max_position_embeddings=32",
        "data.max_seq_length=32",
        "data.logical_shards=4",
        "data.per_device_train_batch_size=8",
        "schedule.max_steps=" + STEPS,
        "optimizer.learning_rate=5e-3",
        "checkpoint.save_steps=4",
        "logging.logging_steps=1",
        "cluster.timeout_seconds=60");
  }

  private static Resolved<PretrainConfig> config(String output, String... more) {
    List<String> all = new ArrayList<>(settings(folder, output));
    all.addAll(Arrays.asList(more));
    return ConfigLoader.load(PretrainConfig.class, List.of(), all);
  }

  private static TrainingReport train(Resolved<PretrainConfig> config, RunConsole console)
      throws IOException {
    return new PretrainJob(spark, config, console).run(OutputMode.RESUME);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("export/model.safetensors"));
  }

  @Test
  void roundedGradientsTrainAlmostAlikeAndReplicasStayEqual() throws IOException {
    String[] more = {"cluster.workers=2", "cluster.replica_check_steps=1"};
    double exact = train(config("exact", more), line -> {}).state().lastLosses().total();
    List<String> rounding = new ArrayList<>(List.of(more));
    rounding.add("optimizer.allreduce_dtype=bfloat16");
    String[] settings = rounding.toArray(String[]::new);

    double rounded = train(config("rounded", settings), line -> {}).state().lastLosses().total();
    train(config("again", settings), line -> {});

    assertNotEquals(exact, rounded);
    assertEquals(exact, rounded, 0.01 * exact);
    assertArrayEquals(weights(folder.resolve("rounded")), weights(folder.resolve("again")));
  }

  @Test
  void whatAProbeFindsIsOnTheConsoleAndInTheMetrics() throws IOException {
    Path task = folder.resolve("it's a task");
    TestTask.write(task, 5, 12);
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    String tasks = "evaluation.probe.tasks=[{name: words, path: %s, query_instruction: 't6: '}]";

    train(
        config(
            "probed",
            tasks.formatted(ConfigLoader.quoted(task.toString())),
            "evaluation.probe.passage_max_length=32",
            "evaluation.probe.query_max_length=16"),
        lines::add);

    List<String> rows =
        Files.readAllLines(folder.resolve("probed/metrics.jsonl")).stream()
            .filter(row -> row.contains("eval_probe_words_mrr_at_10"))
            .toList();
    assertEquals(2, rows.size(), rows.toString());
    assertTrue(rows.get(0).startsWith("{\"step\":0,"), rows.get(0));
    assertTrue(rows.get(1).startsWith("{\"step\":" + STEPS + ","), rows.get(1));
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("event=probe step=0 words_mrr")));
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("probe    words: 5 queries")));
  }

  private static final String[] CHOOSING = {
    "schedule.max_steps=200",
    "optimizer.learning_rate=0.3",
    "optimizer.lr_scheduler_type=constant",
    "evaluation.holdout_shards=1",
    "evaluation.eval_steps=2",
    "checkpoint.keep_best=eval/loss",
    "checkpoint.save_total_limit=1",
    "schedule.early_stopping.patience=3"
  };

  private static Map<String, ByteBuffer> tensors(Path file) throws IOException {
    Map<String, ByteBuffer> bytes = new TreeMap<>();
    try (InputStream in = Files.newInputStream(file)) {
      Safetensors.read(file.toString(), in)
          .forEach((name, tensor) -> bytes.put(name, tensor.bytes()));
    }
    return bytes;
  }

  @Test
  void aRunThatGetsNoBetterEndsAndExportsItsBest() throws IOException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());

    TrainingReport report = train(config("early", CHOOSING), lines::add);

    long best = report.state().selection().bestStep();
    assertTrue(report.finished());
    assertEquals(best, report.exportedStep());
    assertEquals(best + 6, report.state().step(), "three evaluations behind the best");
    Path run = folder.resolve("early");
    assertEquals(
        tensors(run.resolve("checkpoints/step-%08d-1/model.safetensors".formatted(best))),
        tensors(run.resolve("export/model.safetensors")));
    String card = Files.readString(run.resolve("export/README.md"));
    assertTrue(card.contains("After step %d `eval/loss` was the best".formatted(best)), card);
    assertTrue(card.contains("| `eval/encoder_accuracy` | 0."), card);
    assertTrue(
        report.words().contains("model of step %d (best eval/loss".formatted(best)),
        report.words());
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("event=early_stop step=")));
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("event=export step=" + best + " metric=")));
    String metrics = Files.readString(run.resolve("metrics.jsonl"));
    assertTrue(metrics.contains("{\"event\":\"best\",\"step\":" + best + ","), metrics);

    TrainingReport again = train(config("early", CHOOSING), lines::add);

    assertEquals(report, again, "nothing is trained again");
  }

  @Test
  void aMetricThatIsNotMeasuredIsRefusedBeforeAnythingIsWritten() {
    List<String> settings = new ArrayList<>(List.of(CHOOSING));
    settings.add("checkpoint.keep_best=eval/mrr_at_10");

    ConfigException refusal =
        assertThrows(
            ConfigException.class,
            () -> train(config("unknown", settings.toArray(String[]::new)), line -> {}));

    assertEquals(
        "checkpoint.keep_best = eval/mrr_at_10: this run does not measure it; it measures"
            + " eval/loss, eval/encoder_loss, eval/encoder_accuracy, eval/decoder_loss,"
            + " eval/decoder_accuracy",
        refusal.getMessage());
    assertFalse(Files.exists(folder.resolve("unknown")));
  }

  @Test
  void roundingIsNotForNccl() {
    ConfigException refusal =
        assertThrows(
            ConfigException.class,
            () ->
                train(
                    config(
                        "refused", "optimizer.allreduce_dtype=bfloat16", "cluster.collective=nccl"),
                    line -> {}));
    assertTrue(refusal.getMessage().contains("optimizer.allreduce_dtype"), refusal.getMessage());
  }

  @Test
  void theLossFallsAndTheRunLeavesWhatItPromises() throws IOException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());

    TrainingReport report = train(config("a", "schedule.max_steps=40"), lines::add);

    assertTrue(report.finished());
    double start = 2 * Math.log(TestCorpus.VOCABULARY_SIZE);
    assertEquals(start, report.state().firstLoss(), 1, "a fresh model guesses");
    assertTrue(report.state().lastLosses().total() < start - 1.5, report.toString());
    Path run = folder.resolve("a");
    for (String name :
        List.of(
            "config.yaml",
            "metrics.jsonl",
            "report/report.html",
            "report/report.json",
            "export/config.json",
            "export/tokenizer.json",
            "export/README.md",
            "export/decoder/model.safetensors",
            "export/reference-vectors.json")) {
      assertTrue(Files.size(run.resolve(name)) > 0, name);
    }
    assertFalse(isEmpty(run.resolve("tensorboard")));
    List<String> metrics = Files.readAllLines(run.resolve("metrics.jsonl"));
    long steps = metrics.stream().filter(line -> !line.contains("\"event\"")).count();
    assertEquals(40, steps);
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("step=40 loss=")), lines.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"micro_batch", "token"})
  void everyNumberOfWorkersGivesTheSameBits(String reduction) throws IOException {
    for (int workers : new int[] {1, 2, 4}) {
      train(
          config(
              reduction + workers,
              "objective.loss_reduction=" + reduction,
              "evaluation.holdout_shards=1",
              "evaluation.eval_steps=5",
              "cluster.workers=" + workers),
          line -> {});
    }

    byte[] one = weights(folder.resolve(reduction + 1));
    List<String> evaluations = evaluations(folder.resolve(reduction + 1));
    assertEquals(3, evaluations.size(), evaluations.toString());
    for (int workers : new int[] {2, 4}) {
      assertArrayEquals(one, weights(folder.resolve(reduction + workers)));
      assertEquals(evaluations, evaluations(folder.resolve(reduction + workers)));
    }
  }

  /** The rows of metrics.jsonl about held-out samples, without times. */
  private static List<String> evaluations(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .filter(line -> line.contains("eval_encoder_accuracy"))
        .map(line -> line.substring(0, line.indexOf(",\"eval_seconds\"")))
        .toList();
  }

  @Test
  void aStoppedRunGoesOnToTheSameBits() throws IOException {
    train(config("whole"), line -> {});
    AtomicReference<PretrainJob> job = new AtomicReference<>();
    Resolved<PretrainConfig> config = config("stopped", "cluster.workers=4");
    job.set(
        new PretrainJob(
            spark,
            config,
            line -> {
              if (line.startsWith("step=3 ")) {
                job.get().requestStop();
              }
            }));

    TrainingReport stopped = job.get().run(OutputMode.RESUME);
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    TrainingReport resumed = train(config("stopped", "cluster.workers=1"), lines::add);

    assertFalse(stopped.finished());
    assertTrue(stopped.state().step() < STEPS, stopped.toString());
    assertTrue(resumed.finished());
    String next = lines.stream().filter(line -> line.startsWith("step=")).findFirst().orElseThrow();
    assertTrue(next.startsWith("step=%d ".formatted(stopped.state().step() + 1)), next);
    assertArrayEquals(weights(folder.resolve("whole")), weights(folder.resolve("stopped")));
  }

  private static PretrainJob stoppingAfter(long step, Resolved<PretrainConfig> config) {
    AtomicReference<PretrainJob> job = new AtomicReference<>();
    RunConsole console =
        line -> {
          if (line.startsWith("step=" + step + " ")) {
            job.get().requestStop();
          }
        };
    job.set(new PretrainJob(spark, config, console));
    return job.get();
  }

  @Test
  void aRunGoesOnWithOtherNumbersOfWorkersToTheSameBits() throws IOException {
    train(config("steady", "cluster.workers=1"), line -> {});

    stoppingAfter(2, config("resized", "cluster.workers=2")).run(OutputMode.RESUME);
    stoppingAfter(6, config("resized", "cluster.workers=4")).run(OutputMode.RESUME);
    TrainingReport end = train(config("resized", "cluster.workers=1"), line -> {});

    assertTrue(end.finished());
    assertArrayEquals(weights(folder.resolve("steady")), weights(folder.resolve("resized")));
  }

  @Test
  void aJobThatIsCancelledEndsAndCanBeTakenUpAgain() throws IOException {
    train(config("calm"), line -> {});
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Resolved<PretrainConfig> config = config("cancelled", "checkpoint.save_steps=1");
    RunConsole console =
        line -> {
          lines.add(line);
          if (line.startsWith("step=5 ")) {
            spark.cancelAllJobs();
          }
        };

    var ended = assertThrows(ClusterException.class, () -> train(config, console));
    TrainingReport resumed = train(config, line -> {});

    assertTrue(ended.getMessage().contains("cancelled from outside"), ended.getMessage());
    assertTrue(lines.stream().noneMatch(line -> line.contains("event=failure")), lines.toString());
    assertTrue(resumed.finished());
    assertArrayEquals(weights(folder.resolve("calm")), weights(folder.resolve("cancelled")));
  }

  /** Waits until a worker is deep in libtorch, where no interrupt reaches it. */
  private static void awaitNativeCall() {
    boolean computing = false;
    while (!computing) {
      computing =
          Thread.getAllStackTraces().entrySet().stream()
              .filter(thread -> thread.getKey().getName().startsWith("Executor task"))
              .map(Map.Entry::getValue)
              .anyMatch(
                  frames ->
                      frames.length > 0
                          && frames[0].isNativeMethod()
                          && frames[0].getClassName().startsWith("ai.djl.pytorch.jni"));
    }
  }

  @Test
  void aJobThatIsCancelledDuringALongNativeCallEndsAndCanBeTakenUpAgain() throws IOException {
    Resolved<PretrainConfig> config =
        config(
            "native",
            "init.config.hidden_size=128",
            "data.per_device_train_batch_size=60",
            "checkpoint.save_steps=1",
            "schedule.max_steps=3");
    RunConsole console =
        line -> {
          if (line.startsWith("step=1 loss=")) {
            awaitNativeCall();
            spark.cancelAllJobs();
          }
        };

    var ended = assertThrows(ClusterException.class, () -> train(config, console));

    assertTrue(ended.getMessage().contains("cancelled from outside"), ended.getMessage());
    assertEquals(0, spark.statusTracker().getActiveJobIds().length);
    assertTrue(train(config, line -> {}).finished());
  }

  @Test
  void aStoppedRunThatHasNotBegunStartsNoWorkers() throws IOException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    PretrainJob job = new PretrainJob(spark, config("never"), lines::add);

    job.requestStop();
    TrainingReport report = job.run(OutputMode.RESUME);

    assertFalse(report.finished());
    assertTrue(lines.stream().noneMatch(line -> line.contains("event=worker")), lines.toString());
  }

  @Test
  void whenRankZerosClockSaysSoAllRanksSave() throws IOException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());

    train(
        config(
            "minutes",
            "checkpoint.save_steps=1000",
            "checkpoint.save_minutes=1e-9",
            "schedule.max_steps=3",
            "cluster.workers=2"),
        lines::add);

    List<String> saves = lines.stream().filter(l -> l.contains("event=checkpoint ")).toList();
    assertEquals(3, saves.size(), lines.toString());
    assertTrue(saves.get(0).startsWith("step=1 event=checkpoint bytes="), saves.toString());
    assertTrue(saves.get(0).contains(" snapshot_ms="), saves.toString());
  }

  @Test
  void dupmaeWithAccumulationTrains() throws IOException {
    TrainingReport report =
        train(
            config(
                "dup",
                "objective.method=dupmae",
                "data.gradient_accumulation_steps=2",
                "schedule.max_steps=6"),
            line -> {});

    assertTrue(report.finished());
    assertTrue(report.state().lastLosses().term("bow") > 0, report.toString());
  }

  @Test
  void aRunWhoseLossRoseIsNoSuccess() {
    String[] wild = {ALONE, "optimizer.learning_rate=100", "optimizer.lr_scheduler_type=constant"};

    for (int time = 0; time < 2; time++) { // the same command again says the same
      var refusal =
          assertThrows(ConfigException.class, () -> train(config("wild", wild), line -> {}));

      assertTrue(refusal.getMessage().contains("its loss rose from"), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("optimizer.learning_rate"), refusal.getMessage());
    }
    assertFalse(Files.exists(folder.resolve("wild/export")));
    assertTrue(Files.exists(folder.resolve("wild/metrics.jsonl")));
  }

  @Test
  void aCheckpointStartsAnotherRunWithItsDecoder() throws IOException {
    train(config("saved", ALONE, "schedule.max_steps=2"), line -> {});
    String checkpoint = folder.resolve("saved/checkpoints/step-00000002-1").toString();

    List<String> line = startLines("from-saved", "schedule.max_steps=2", "init.from=" + checkpoint);

    assertEquals(
        List.of("init     from %s: 58 tensors, 16 of them the decoder's".formatted(checkpoint)),
        line);
  }

  @Test
  void anExportedModelStartsAnotherRun() throws IOException {
    train(config("first", ALONE), line -> {});

    TrainingReport second =
        train(
            config(
                "second",
                ALONE,
                "init.from=" + folder.resolve("first/export"),
                "schedule.max_steps=2"),
            line -> {});

    double fresh = 2 * Math.log(TestCorpus.VOCABULARY_SIZE);
    assertTrue(second.state().firstLoss() < fresh - 0.3, second.toString());
  }

  private static List<String> startLines(String output, String... more) throws IOException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    List<String> settings = new ArrayList<>(List.of(more));
    settings.add(ALONE);
    train(config(output, settings.toArray(String[]::new)), lines::add);
    return lines.stream().filter(line -> line.startsWith("init ")).toList();
  }

  @Test
  void theConsoleSaysWhereTheWeightsComeFrom() throws IOException {
    String steps = "schedule.max_steps=2";
    List<String> random = startLines("start0", steps);
    String export = folder.resolve("start0/export").toString();
    List<String> taken = startLines("start1", steps, "init.from=" + export);
    List<String> fresh = startLines("start2", steps, "init.from=" + export, "init.decoder=fresh");

    assertEquals(List.of("init     random weights, N(0, 0.02), seed 42"), random);
    assertEquals(
        List.of("init     from %s: 58 tensors, 16 of them the decoder's".formatted(export)), taken);
    assertEquals(
        List.of(
            "init     from %s: 42 tensors; fresh: c_head (16); not used: c_head (16)"
                .formatted(export)),
        fresh);
  }

  @Test
  void aLongerModelWithAPaddedTableTrainsAndKeepsItsSizes() throws IOException {
    train(config("short", ALONE, "schedule.max_steps=2"), line -> {});
    Path export = folder.resolve("short/export");
    padWordTable(export, 128);

    TrainingReport report =
        train(
            config(
                "long",
                ALONE,
                "init.from=" + export,
                "init.max_position_embeddings=48",
                "objective.method=dupmae",
                "schedule.max_steps=4"),
            line -> {});

    assertTrue(Double.isFinite(report.state().lastLosses().total()), report.toString());
    var json = new ObjectMapper().readTree(folder.resolve("long/export/config.json").toFile());
    assertEquals(48, json.get("max_position_embeddings").asInt());
    assertEquals(128, json.get("vocab_size").asInt());
    List<String> tokens = Files.readAllLines(folder.resolve("long/export/vocab.txt"));
    assertEquals(TestCorpus.VOCABULARY_SIZE, tokens.size());
  }

  @Test
  void textsLongerThanTheModelAreRefusedWithTheSettingToRaise() {
    var refusal =
        assertThrows(
            ConfigException.class,
            () -> train(config("toolong", "data.max_seq_length=33"), l -> {}));

    assertTrue(refusal.getMessage().contains("data.max_seq_length = 33"), refusal.getMessage());
    assertTrue(
        refusal.getMessage().contains("raise init.config.max_position_embeddings"),
        refusal.getMessage());
  }

  /** What some publishers do: rows of zeros up to a round number. */
  private static void padWordTable(Path export, int rows) throws IOException {
    Path file = export.resolve("model.safetensors");
    Map<String, TensorData> tensors;
    try (InputStream in = Files.newInputStream(file)) {
      tensors = Safetensors.read("model.safetensors", in);
    }
    for (String name : List.of("bert.embeddings.word_embeddings.weight", "cls.predictions.bias")) {
      TensorData known = tensors.get(name);
      long[] shape = known.shape().clone();
      ByteBuffer bytes = ByteBuffer.allocate((int) (known.bytes().remaining() / shape[0] * rows));
      bytes.put(0, known.bytes(), 0, known.bytes().remaining());
      shape[0] = rows;
      tensors.put(name, new TensorData("F32", shape, bytes));
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      Safetensors.write(out, tensors, Map.of("format", "pt"));
    }
    Path config = export.resolve("config.json");
    String vocabSize = "\"vocab_size\" : ";
    String json = Files.readString(config);
    Files.writeString(
        config, json.replace(vocabSize + TestCorpus.VOCABULARY_SIZE, vocabSize + rows));
  }

  @Test
  void anotherConfigurationIsRefusedWithTheDifference() throws IOException {
    train(config("own", "schedule.max_steps=2"), line -> {});

    var refusal =
        assertThrows(
            ConfigException.class,
            () -> train(config("own", "schedule.max_steps=2", "schedule.seed=7"), line -> {}));

    assertTrue(refusal.getMessage().contains("schedule.seed 42 there, 7 here"));
  }

  @Test
  void aFolderOfSomethingElseIsLeftAlone() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("thesis.tex"), "years of work");

    var refusal = assertThrows(ConfigException.class, () -> train(config("other"), line -> {}));

    assertTrue(refusal.getMessage().contains("not this job's"), refusal.getMessage());
    assertEquals("years of work", Files.readString(other.resolve("thesis.tex")));
  }

  @Test
  void tooFewSlotsAreReportedAtOnce() {
    var refusal =
        assertThrows(
            ClusterException.class,
            () -> train(config("slots", "data.logical_shards=8", "cluster.workers=8"), line -> {}));

    assertTrue(
        refusal.getMessage().contains("needs 8 free task slots at once, local[4] has 4"),
        refusal.getMessage());
  }

  @Test
  void workersThatDoNotDivideTheLogicalShardsAreRefused() {
    var refusal =
        assertThrows(
            ConfigException.class, () -> train(config("odd", "cluster.workers=3"), line -> {}));

    assertTrue(refusal.getMessage().contains("use one of [1, 2, 4]"), refusal.getMessage());
  }

  @Test
  void aDamagedShardEndsTheRunNamingTheFile() throws IOException {
    Path corpus = folder.resolve("damaged");
    TestCorpus.write(corpus, 600);
    Path shard = corpus.resolve("data/00000.parquet");
    byte[] bytes = Files.readAllBytes(shard);
    for (int i = 100; i < bytes.length - 4_000; i += 50) {
      bytes[i] ^= 1;
    }
    Files.write(shard, bytes);

    var refusal =
        assertThrows(
            CorruptDataException.class,
            () -> train(config("damagedrun", "corpus=" + corpus), line -> {}));

    assertTrue(refusal.getMessage().contains("00000.parquet"), refusal.getMessage());
    assertFalse(Files.exists(folder.resolve("damagedrun/export")));
  }

  @Test
  void theExportDescribesItsModel() throws IOException {
    train(config("card", ALONE, "schedule.max_steps=2", "evaluation.holdout_shards=1"), line -> {});
    Path export = folder.resolve("card/export");

    var config = new ObjectMapper().readTree(export.resolve("config.json").toFile());

    assertEquals(TestCorpus.VOCABULARY_SIZE, config.get("vocab_size").asInt());
    assertEquals("BertForMaskedLM", config.at("/architectures/0").asText());
    String card = Files.readString(export.resolve("README.md"));
    assertTrue(card.contains("| test/set | 300 |"), card);
    assertTrue(card.contains("`optimizer.learning_rate`"), card);
    assertTrue(card.contains("On 300 held-out samples after step 2: encoder loss"), card);
  }
}
