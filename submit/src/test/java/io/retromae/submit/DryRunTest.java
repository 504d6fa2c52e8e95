package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe on every kind of cluster: a whole command that Spark's own parser takes. */
class DryRunTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));
  private static final Path CONF = ROOT.resolve("conf");
  private static final Path TASKS = ROOT.resolve("examples/tasks");

  /** What answers as a master does, as far as a dry run asks. */
  private static final ServerSocket MASTER = listening();

  private static final Map<String, List<String>> CLUSTERS =
      Map.of(
          "local", List.of("--master", "local[64]"),
          "standalone", List.of("--master", "spark://127.0.0.1:" + MASTER.getLocalPort()),
          "yarn-client", List.of("--master", "yarn", "--deploy-mode", "client"),
          "yarn-cluster", List.of("--master", "yarn", "--deploy-mode", "cluster"),
          "kubernetes",
              List.of(
                  "--master",
                  "k8s://https://h:443",
                  "--deploy-mode",
                  "cluster",
                  "--conf",
                  "spark.kubernetes.container.image=r/i:1",
                  "--conf",
                  "spark.kubernetes.file.upload.path=s3a://b/up"));

  @TempDir static Path folder;

  private static Path corpus;
  private static Path model;

  private static ServerSocket listening() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    MASTER.close();
  }

  @BeforeAll
  static void makeWhatRecipesNameInSmall() {
    corpus = folder.resolve("corpus");
    model = folder.resolve("run/export");
    Commands.ok(Commands.etl(corpus, Commands.WUDAO, "wudao"));
    Commands.ok(Commands.pretrain(corpus, folder.resolve("run")));
  }

  static Stream<Arguments> recipesAndClusters() throws IOException {
    return RecipesTest.recipes().stream()
        .flatMap(
            recipe ->
                CLUSTERS.keySet().stream().sorted().map(cluster -> Arguments.of(recipe, cluster)));
  }

  private static List<String> command(String recipe) {
    String file = CONF.resolve(recipe).toString();
    String inputs = "inputs=[{path: '%s/examples/wudao/*.json', format: wudao}]".formatted(ROOT);
    String output = folder.resolve("out").toString();
    if (recipe.contains("etl")) {
      String vocab = "vocab=" + ROOT.resolve("examples/vocab.txt");
      List<String> words =
          new ArrayList<>(
              List.of("etl", "-c", file, "--set", inputs, "--set", vocab, "--output", output));
      if (recipe.startsWith("quickstart")) { // from the root, its paths would be found
        String documents = "hold_out=['%s']".formatted(TASKS.resolve("documents.txt"));
        String sets = "decontaminate.sets=[{name: medical, path: '%s'}]";
        words.addAll(List.of("--set", documents, "--set", sets.formatted(TASKS + "/medical")));
      }
      return words;
    }
    if (recipe.contains("vocab")) {
      return List.of("vocab", "-c", file, "--set", inputs, "--output", output);
    }
    if (recipe.equals("embed.yaml")) {
      String texts = "inputs=[{path: '%s', format: text}]".formatted(ROOT.resolve("README.md"));
      String encoder = "model=" + model;
      return List.of("embed", "-c", file, "--set", texts, "--set", encoder, "--output", output);
    }
    if (recipe.equals("evaluate.yaml")) {
      String tasks = "tasks=[{name: t, path: '%s/examples/tasks/similarity'}]".formatted(ROOT);
      String competitors = "competitors=[{name: c, model: '%s'}]".formatted(model);
      return List.of(
          "evaluate", "-c", file, "--set", tasks, "--set", competitors, "--output", output);
    }
    if (recipe.equals("pairs.yaml")) {
      String documents = "hold_out=['%s']".formatted(TASKS.resolve("documents.txt"));
      String sets =
          "decontaminate.sets=[{name: medical, path: '%s'}]".formatted(TASKS + "/medical");
      List<String> words = new ArrayList<>(List.of("pairs", "-c", file, "--output", output));
      List.of(inputs, documents, sets).forEach(setting -> words.addAll(List.of("--set", setting)));
      return words;
    }
    if (recipe.equals("mine.yaml")) {
      String pairs =
          "inputs=['%s']".formatted(ROOT.resolve("examples/golden/finetune/loss/examples.jsonl"));
      return List.of(
          "mine", "-c", file, "--set", pairs, "--set", "model=" + model, "--output", output);
    }
    if (recipe.startsWith("finetune")) {
      List<String> words = new ArrayList<>(List.of("finetune", "-c", file, "--output", output));
      words.addAll(List.of("--set", "data.train=['%s']".formatted(ROOT.resolve("examples/pairs"))));
      words.addAll(List.of("--set", "init.from=" + model));
      // of 727 lines; a multiple of the logical shards of all of them
      words.addAll(List.of("--set", "data.global_batch_size=192"));
      return words;
    }
    List<String> words = new ArrayList<>(List.of("pretrain", "-c", file, "--output", output));
    words.addAll(List.of("--set", "corpus=" + corpus));
    if (recipe.startsWith("quickstart")) {
      String tasks = "evaluation.probe.tasks=[{name: medical, path: '%s'}]";
      words.addAll(List.of("--set", tasks.formatted(TASKS.resolve("medical"))));
    }
    if (!recipe.matches("(laptop|quickstart|curve).*")) {
      words.addAll(List.of("--set", "init.from=" + model));
    }
    return words;
  }

  @ParameterizedTest
  @MethodSource("recipesAndClusters")
  void givesACompleteCommand(String recipe, String cluster) throws IOException {
    List<String> words = new ArrayList<>(command(recipe));
    words.addAll(CLUSTERS.get(cluster));
    words.add("--dry-run");
    Map<String, Long> before = files(folder);

    Commands.Result result = Commands.run(words.toArray(String[]::new));

    assertEquals(ExitCode.DONE, result.code(), result.err());
    assertEquals(before, files(folder), "nothing is touched");
    String shell = result.out().substring(result.out().indexOf("\ncommand\n") + 9);
    SparkSubmitArguments parsed = SparkArguments.parse(Shell.words(shell));
    boolean away = cluster.endsWith("cluster") || cluster.equals("kubernetes");
    assertEquals("io.retromae.submit.Main", parsed.mainClass());
    assertTrue(parsed.primaryResource().contains("retromae-spark_"), parsed.primaryResource());
    assertEquals(CLUSTERS.get(cluster).get(1), parsed.master());
    assertEquals(
        away ? "cluster" : "client", String.valueOf(parsed.deployMode()).replace("null", "client"));
    List<String> arguments = SparkArguments.ofOurs(parsed);
    assertEquals(words.get(0), arguments.get(0));
    assertEquals(away ? recipe : CONF.resolve(recipe).toString(), arguments.get(2));
    if (away) {
      assertTrue(parsed.files().endsWith(recipe), parsed.files());
    }
    if (!cluster.equals("local")) {
      assertTrue(shell.contains("spark.executor.memory="), shell);
    }
  }

  private static Map<String, Long> files(Path folder) throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return files;
  }

  @Test
  void theFolderIsSeenAsTheRealRunWouldSeeIt() {
    List<String> run = Commands.pretrain(corpus, folder.resolve("run"), "--dry-run");
    List<String> other = new ArrayList<>(run);
    other.addAll(List.of("--set", "optimizer.learning_rate=2e-5"));
    List<String> over = new ArrayList<>(other);
    over.add("--overwrite");

    assertTrue(Commands.run(run).out().contains("to be resumed from step 1"));
    Commands.Result refused = Commands.run(other);
    assertEquals(ExitCode.USAGE, refused.code());
    assertTrue(
        refused.err().contains("optimizer.learning_rate 1e-4 there, 2e-5 here"), refused.err());
    assertTrue(Commands.run(over).out().contains("to be dropped"));
  }

  @Test
  void aFinishedCorpusIsSaidToBeFinished() {
    Commands.Result result =
        Commands.run(
            List.of(
                "etl",
                "--dry-run",
                "--master",
                "local[2]",
                "--set",
                "inputs=[{path: '%s/examples/wudao/*.json', format: wudao}]".formatted(ROOT),
                "--set",
                "vocab=" + ROOT.resolve("examples/vocab.txt"),
                "--set",
                "packing.max_seq_length=64",
                "--set",
                "samples_per_shard=256",
                "--output",
                corpus.toString()));

    assertEquals(ExitCode.DONE, result.code(), result.err());
    assertTrue(result.out().contains("it is finished"), result.out());
    assertTrue(result.out().contains("part-202101.json"), result.out());
  }

  @Test
  void inputsThatAreNotThereAreFound() {
    Commands.Result result =
        Commands.run(
            List.of("pretrain", "--dry-run", "--set", "corpus=/nowhere", "--output", "/nowhere2"));

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("/nowhere: holds no finished corpus"), result.err());
  }

  @Test
  void aLocalFolderIsSuspectWhereExecutorsAreOnOtherHosts() {
    List<String> words = Commands.pretrain(corpus, folder.resolve("new"), "--dry-run");
    String suspicion =
        "corpus = %s, output = %s: on local disk".formatted(corpus, folder.resolve("new"));
    List<String> standalone = new ArrayList<>(words);
    standalone.set(words.indexOf("--master") + 1, "spark://h:7077");

    String elsewhere = Commands.run(standalone).out();

    assertTrue(elsewhere.contains(suspicion), elsewhere);
    assertFalse(Commands.run(words).out().contains("on local disk"));
  }

  @Test
  void whereNothingTellsHowManyTasksRunAtOnceTheTimeSaysSo() {
    List<String> words = new ArrayList<>(command("etl-pile-wudao.yaml"));
    words.addAll(List.of("--dry-run", "--master", "spark://h:7077"));

    String out = Commands.run(words).out();

    assertTrue(out.contains("tasks at once if the cluster has as many cores, else longer"), out);
  }

  @Test
  void thatSparkCouldNotStartIsSaidAndThePlanIsShown() {
    List<String> words = new ArrayList<>(command("etl-pile-wudao.yaml"));
    words.addAll(List.of("--dry-run", "--master", "spark://nohost.invalid:7077"));

    Commands.Result result = Commands.run(words);

    assertEquals(ExitCode.CLUSTER, result.code(), result.err());
    assertTrue(result.err().contains("nohost.invalid:7077 (unknown host)"), result.err());
    assertTrue(result.out().contains("--master spark://nohost.invalid:7077"), result.out());
  }

  @Test
  void theMasterOfAPropertiesFileIsTheMaster() throws IOException {
    Path file = Files.writeString(folder.resolve("master.conf"), "spark.master   local[3]\n");
    List<String> words = new ArrayList<>(command("etl-pile-wudao.yaml"));
    words.addAll(List.of("--dry-run", "--properties-file", file.toString()));

    String out = Commands.run(words).out();

    assertTrue(out.contains("--master 'local[3]'"), out);
    assertTrue(out.contains("3 tasks at once"), out);
  }

  @Test
  void secretsArePrintedNowhere() {
    List<String> words = new ArrayList<>(command("laptop.yaml"));
    words.addAll(
        List.of(
            "--dry-run",
            "--master",
            "yarn",
            "--conf",
            "spark.hadoop.fs.s3a.secret.key=hush-a",
            "--conf",
            "spark.authenticate.secret=hush-b",
            "--conf",
            "spark.hadoop.fs.s3a.session.token=hush-c"));

    Commands.Result result = Commands.run(words);

    assertEquals(ExitCode.DONE, result.code(), result.err());
    assertFalse((result.out() + result.err()).contains("hush"), result.out());
    assertTrue(result.out().contains("spark.authenticate.secret"), result.out());
  }

  @Test
  void exportAndGcTellWhatTheyWouldDo() throws IOException {
    Map<String, Long> before = files(folder);
    String target = folder.resolve("exported").toString();

    Commands.Result export =
        Commands.run(List.of("export", folder.resolve("run").toString(), target, "--dry-run"));
    Commands.Result gc = Commands.run(List.of("gc", corpus.toString(), "--delete", "--dry-run"));
    Commands.Result refused =
        Commands.run(
            List.of("export", folder.resolve("run").toString(), corpus.toString(), "--dry-run"));

    assertEquals(ExitCode.DONE, export.code(), export.err());
    assertTrue(export.out().contains("would export step 1"), export.out());
    assertEquals(ExitCode.DONE, gc.code(), gc.err());
    assertEquals(ExitCode.USAGE, refused.code());
    assertEquals(before, files(folder));
  }
}
