package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads when something is wrong: what, where, the value, how to mend it. */
class ErrorTextsTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  @TempDir static Path folder;

  private static Path corpus;

  @BeforeAll
  static void makeACorpus() {
    corpus = folder.resolve("corpus");
    Commands.run(Commands.etl(corpus, ROOT + "/examples/wudao/part-202101.json", "wudao"));
    assertTrue(Files.exists(corpus.resolve("_SUCCESS.json")));
  }

  private static List<String> pretrain(Path output, String... more) {
    return Commands.pretrain(corpus, output, more);
  }

  private static String refused(int code, List<String> words) {
    Commands.Result result = Commands.run(words);
    assertEquals(code, result.code(), result.out() + result.err());
    assertFalse(result.err().contains("\tat "), "no stack trace: " + result.err());
    return result.err();
  }

  private static void assertSays(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), "'" + part + "' in: " + text);
    }
  }

  @Test
  void text1AnUnknownSettingHasItsLineAndANearNameAndOthersAreToldToo() throws IOException {
    Path file = folder.resolve("my.yaml");
    Files.writeString(
        file,
        "corpus: c\noutput: o\nobjective:\n  encoder_mlm_probabilty: 0.3\ndata: {max_seq_length: x}\n");

    String text = refused(ExitCode.USAGE, List.of("pretrain", "-c", file.toString()));

    assertSays(
        text,
        "my.yaml:4: unknown setting 'objective.encoder_mlm_probabilty'",
        "did you mean 'encoder_mlm_probability'?",
        "max_seq_length");
  }

  @Test
  void text2AValueOutOfRangeHasItsRule() {
    assertSays(
        refused(
            ExitCode.USAGE,
            pretrain(folder.resolve("x"), "--set", "objective.decoder_mlm_probability=1.2")),
        "objective.decoder_mlm_probability = 1.2: must be above 0 and below 1");
  }

  @Test
  void text3AnInputThatMatchesNothingIsNamed() {
    assertSays(
        refused(ExitCode.USAGE, Commands.etl(folder.resolve("x"), folder + "/none/*.zst", "pile")),
        "inputs[0].path " + folder + "/none/*.zst: no file matches");
  }

  @Test
  void text5OtherVocabulariesAreShownWithTheirSizes() throws IOException {
    Path model = folder.resolve("model");
    Files.createDirectories(model);
    Commands.run(pretrain(folder.resolve("run5")));
    try (Stream<Path> files = Files.walk(folder.resolve("run5/export"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = model.resolve(folder.resolve("run5/export").relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    String vocabulary = Files.readString(model.resolve("vocab.txt"));
    Files.delete(model.resolve("tokenizer.json"));
    String last = vocabulary.strip().substring(vocabulary.strip().lastIndexOf('\n') + 1);
    Files.writeString(model.resolve("vocab.txt"), vocabulary.replace("\n" + last, "\nother##x"));

    String text =
        refused(ExitCode.USAGE, pretrain(folder.resolve("y"), "--set", "init.from=" + model));

    assertSays(text, "shards were made with vocabulary", "8,192 entries", "re-run etl with vocab:");
  }

  @Test
  void text6AChangedShardIsNamedWithWhatToRun() throws IOException {
    Path damaged = folder.resolve("damaged");
    Commands.run(Commands.etl(damaged, ROOT + "/examples/wudao/part-202101.json", "wudao"));
    try (Stream<Path> shards = Files.list(damaged.resolve("data"))) {
      Path shard = shards.sorted().findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(shard);
      bytes[bytes.length / 2] ^= 1;
      Files.write(shard, bytes);
    }

    String text = refused(ExitCode.DATA, List.of("verify", damaged.toString()));

    assertSays(text, "data/", ".parquet", "SHA-256");
  }

  @Test
  void text7MissingSlotsAreCounted() {
    assertSays(
        refused(
            ExitCode.USAGE,
            pretrain(
                folder.resolve("x"),
                "--set",
                "data.logical_shards=4",
                "--set",
                "cluster.workers=4")),
        "training needs 4 free task slots at once, local[1] has 1",
        "lower cluster.workers");
  }

  @Test
  void text8AGpuWithoutAnAddressNamesTheProperties() {
    List<String> words = pretrain(folder.resolve("x"), "--set", "compute.device=cuda", "--dry-run");
    words.set(2, "spark://h:7077");
    words.addAll(List.of("--conf", "spark.executor.resource.gpu.amount=0"));

    assertSays(
        refused(ExitCode.USAGE, words),
        "compute.device = cuda",
        "no GPU address from Spark",
        "spark.executor.resource.gpu.amount");
  }

  @Test
  void text9AnotherConfigurationIsShownAsADifference() {
    Path run = folder.resolve("run9");
    Commands.run(pretrain(run));

    String text = refused(ExitCode.USAGE, pretrain(run, "--set", "optimizer.learning_rate=2e-5"));

    assertSays(
        text,
        "was started with another configuration: optimizer.learning_rate 1e-4 there, 2e-5 here",
        "use another output");
  }

  @Test
  void text10ACutFileIsNamedWithTheByteAndTheSetting() throws IOException {
    byte[] whole = Files.readAllBytes(ROOT.resolve("examples/pile/00.jsonl.zst"));
    Path cut = folder.resolve("cut.jsonl.zst");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));

    String text = refused(ExitCode.DATA, Commands.etl(folder.resolve("z"), cut.toString(), "pile"));

    assertSays(text, "cut.jsonl.zst", "byte", "on_bad_file", "salvage");
  }

  @Test
  void text12WorkersThatDoNotDivideTheShardsAreShownThoseThatDo() {
    assertSays(
        refused(
            ExitCode.USAGE,
            pretrain(
                folder.resolve("x"),
                "--set",
                "data.logical_shards=8",
                "--set",
                "cluster.workers=3")),
        "logical_shards = 8 cannot be divided among cluster.workers = 3",
        "use one of [1, 2, 4, 8]");
  }

  @Test
  void whatIsWrongOnSparksSideIsToldInTheSameGo() {
    List<String> words = pretrain(folder.resolve("x"), "--set", "objective.mask_pol=1");
    words.addAll(List.of("--conf", "spark.executor.memroy=2g"));

    assertSays(
        refused(ExitCode.USAGE, words),
        "did you mean 'mask_pool'?",
        "did you mean 'spark.executor.memory'?");
  }
}
