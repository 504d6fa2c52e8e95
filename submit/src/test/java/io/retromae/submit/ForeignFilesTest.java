package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in folders with odd names, beside folders that patterns would take for them. */
class ForeignFilesTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  @TempDir Path folder;
  private final List<Path> own = new ArrayList<>();

  @BeforeEach
  void provide() throws IOException {
    Path raw = folder.resolve("raw");
    Files.createDirectories(raw);
    Files.copy(ROOT.resolve("examples/pile/00.jsonl.zst"), raw.resolve("00.jsonl.zst"));
    for (String neighbour : List.of("g1", "corpus", "r1", "e1")) {
      for (String file :
          List.of("data/x", "cleaned/x", "quarantine/x", "_work/x", "checkpoints/x", "export/x")) {
        Path precious = folder.resolve(neighbour).resolve(file);
        Files.createDirectories(precious.getParent());
        Files.writeString(precious, "precious");
      }
    }
  }

  /** All files that are nobody's here, with their content. */
  private Map<Path, String> others() throws IOException {
    Map<Path, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (own.stream().noneMatch(file::startsWith)) {
          files.put(file, Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
      }
    }
    return files;
  }

  private Path own(String name) {
    own.add(folder.resolve(name));
    return folder.resolve(name);
  }

  private List<String> etl(Path output, String... more) {
    List<String> words =
        new ArrayList<>(
            Commands.etl(output, folder.resolve("raw/00.jsonl.zst").toString(), "pile"));
    words.addAll(List.of(more));
    return words;
  }

  @Test
  void noCommandTouchesWhatIsOutside() throws IOException {
    Path corpus = own("g[1]");
    Path run = own("r? 中~%");
    Path export = own("{e1,x}*");
    Map<Path, String> before = others();

    Commands.ok(etl(corpus));
    assertEquals(before, others());
    Commands.ok(etl(corpus)); // finished already
    Files.writeString(corpus.resolve("data/garbage.parquet"), "x");
    Commands.ok(List.of("gc", corpus.toString(), "--delete"));
    assertFalse(Files.exists(corpus.resolve("data/garbage.parquet")));
    assertEquals(before, others());
    Commands.ok(etl(corpus, "--overwrite"));
    assertEquals(before, others());

    assertTildeIsRefused(Commands.pretrain(corpus, Path.of("~/o")));
    Commands.ok(Commands.pretrain(corpus, run));
    Commands.ok(Commands.pretrain(corpus, run)); // exports again
    Commands.ok(List.of("export", run.toString(), export.toString()));
    assertEquals(ExitCode.USAGE, Commands.run("export", run.toString(), export.toString()).code());
    Commands.ok(Commands.pretrain(corpus, run, "--overwrite"));
    assertTrue(Files.exists(run.resolve("export/model.safetensors")));
    assertEquals(before, others());
  }

  @Test
  void aLinkInACorpusIsRefusedAndOverwritingTakesItAway() throws IOException {
    Path corpus = own("out");
    Commands.ok(etl(corpus));
    Path data = corpus.resolve("data");
    Path moved = own("moved");
    Files.move(data, moved);
    Files.createSymbolicLink(data, folder.resolve("g1/data"));
    Map<Path, String> before = others();

    for (List<String> words : List.of(etl(corpus), List.of("gc", corpus.toString(), "--delete"))) {
      Commands.Result result = Commands.run(words);
      assertEquals(ExitCode.USAGE, result.code(), result.err());
      assertTrue(result.err().contains("out/data: a symbolic link"), result.err());
      assertEquals(before, others());
    }
    Commands.ok(etl(corpus, "--overwrite"));

    assertFalse(Files.isSymbolicLink(data));
    assertEquals(before, others());
  }

  @Test
  void aTildeIsRefusedWhereverItStands() {
    List<List<String>> commands =
        List.of(
            etl(Path.of("~/x")),
            Commands.etl(folder.resolve("o"), "~/pile/*.zst", "pile"),
            etl(folder.resolve("o"), "--set", "vocab=~/vocab.txt"),
            Commands.pretrain(Path.of("~/corpus"), folder.resolve("o")),
            List.of("gc", "~/x"),
            List.of("verify", "~/x"),
            List.of("export", "~/run", folder + "/e"),
            List.of("etl", "-c", "~/my.yaml"));

    commands.forEach(ForeignFilesTest::assertTildeIsRefused);
  }

  private static void assertTildeIsRefused(List<String> words) {
    Commands.Result result = Commands.run(words);

    assertEquals(ExitCode.USAGE, result.code(), words + result.err());
    assertTrue(result.err().contains("'~' is not expanded here"), words + result.err());
    assertFalse(Files.exists(Path.of("~")), words.toString());
  }

  @Test
  void aKeyWithASlashIsShownNowhere() {
    String path = "s3a://AKIDEXAMPLE:wJalr/XUtn+FEMI=@bucket/x";
    for (List<String> words :
        List.of(
            etl(Path.of("o"), "--dry-run", "--set", "output=" + path),
            etl(Path.of(path), "--dry-run"), // of whose slashes one is lost
            etl(Path.of("o"), "--dry-run", "--set", "vocab=" + path),
            List.of("gc", path),
            List.of("verify", path),
            List.of("etl", "-c", path),
            List.of("config", "etl", "--set", "output=" + path),
            List.of("pretrain", "--set", "corpus=" + path, "--output", "o", "-v"))) {
      Commands.Result result = Commands.run(words);

      assertTrue(
          result.code() == ExitCode.DONE || result.code() == ExitCode.USAGE, words.toString());
      String all = result.out() + result.err();
      assertFalse(all.contains("XUtn") || all.contains("wJalr"), words + all);
    }
  }
}
