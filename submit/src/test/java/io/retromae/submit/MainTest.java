package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.submit.spark.GivenProperties;
import io.retromae.submit.spark.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  @TempDir Path folder;

  @Test
  void helpAndVersionEndWell() {
    assertEquals(ExitCode.DONE, Commands.run("--help").code());
    assertTrue(Commands.run("--help").out().contains("quickstart"));
    assertTrue(Commands.run("--version").out().contains("libtorch"));
    assertEquals(ExitCode.DONE, Commands.run("pretrain", "--help").code());
  }

  @Test
  void anUnknownOptionIsAUsageError() {
    Commands.Result result = Commands.run("etl", "--colour");

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("--colour"), result.err());
  }

  @Test
  void anUnknownSettingIsNamedWithItsLineAndANearOne() throws IOException {
    Path file = folder.resolve("my.yaml");
    Files.writeString(file, "corpus: c\noutput: o\nobjective:\n  encoder_mlm_probabilty: 0.3\n");

    Commands.Result result = Commands.run("pretrain", "-c", file.toString());

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("my.yaml:4: unknown setting"), result.err());
    assertTrue(result.err().contains("did you mean 'encoder_mlm_probability'?"), result.err());
    assertFalse(result.err().contains("\tat "), "no stack trace for what the user can mend");
  }

  @Test
  void aMissingConfigurationFileIsNamed() {
    Commands.Result result = Commands.run("etl", "-c", "nowhere.yaml");

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("nowhere.yaml: cannot be read"), result.err());
  }

  @Test
  void theQuickstartSaysWhereItCanRun() {
    Commands.Result result = Commands.run("quickstart");

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("run it in the source tree"), result.err());
  }

  @Test
  void aMissingCorpusIsNamed() {
    Commands.Result result =
        Commands.run("pretrain", "--set", "corpus=" + folder, "--output", folder + "/out");

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("holds no finished corpus"), result.err());
    assertFalse(Files.exists(folder.resolve("out")), "nothing is written");
  }

  @Test
  void aDryRunShowsThePlanAndTouchesNothing() {
    Commands.Result result =
        Commands.run(
            "etl",
            "--dry-run",
            "--set",
            "inputs=[{path: '%s/examples/wudao/*.json', format: wudao}]".formatted(ROOT),
            "--set",
            "vocab=" + ROOT.resolve("examples/vocab.txt"),
            "--output",
            folder + "/corpus");

    assertEquals(ExitCode.DONE, result.code(), result.err());
    assertTrue(result.out().contains("3 files"), result.out());
    assertTrue(result.out().contains("--class io.retromae.submit.Main"), result.out());
    assertFalse(Files.exists(folder.resolve("corpus")));
  }

  @Test
  void theReferenceIsCurrent() throws IOException {
    String written = Files.readString(ROOT.resolve("conf/reference.yaml"));

    assertEquals(
        ConfigCommand.reference().strip(),
        written.strip(),
        "refresh it: submit/retromae config > conf/reference.yaml");
  }

  @Test
  void verifyAndGcRefuseAFolderThatHoldsNoCorpus() {
    for (String command : new String[] {"verify", "gc"}) {
      Commands.Result result = Commands.run(command, folder.toString());

      assertEquals(ExitCode.USAGE, result.code(), result.err());
      assertTrue(result.err().contains("no finished corpus") || result.err().contains("neither"));
    }
  }

  @Test
  void verboseAndQuietGoBeforeAndBehindTheCommand() {
    for (String[] words :
        new String[][] {
          {"-v", "etl", "-c", "nowhere.yaml"},
          {"etl", "-c", "nowhere.yaml", "-v"},
          {"--verbose", "etl", "-c", "nowhere.yaml"}
        }) {
      Commands.Result result = Commands.run(words);
      assertEquals(ExitCode.USAGE, result.code());
      assertTrue(result.err().contains("\tat "), "a stack trace: " + result.err());
    }
    assertEquals(ExitCode.USAGE, Commands.run("-q", "etl", "-c", "nowhere.yaml").code());
    assertEquals(ExitCode.USAGE, Commands.run("etl", "-c", "nowhere.yaml", "--quiet").code());
  }

  @Test
  void theCompletionScriptKnowsAllCommandsAndOptions() {
    String script = Commands.run("completion").out();

    for (String word :
        new String[] {
          "quickstart",
          "etl",
          "pretrain",
          "export",
          "vocab",
          "report",
          "verify",
          "gc",
          "config",
          "--dry-run",
          "--deploy-mode",
          "--conf",
          "--from-scratch"
        }) {
      assertTrue(script.contains(word), word);
    }
    assertTrue(script.contains("complete -F _complete_retromae"), script);
    assertEquals(ExitCode.USAGE, Commands.run("completion", "fish").code());
  }

  @Test
  void aConfigurationFileMayBeNamedAsItTravelled() throws IOException {
    Path file = folder.resolve("shipped.yaml");
    Files.writeString(file, "corpus: c\noutput: o\nobjective: {mask_pol: 1}\n");

    Commands.Result shipped =
        Commands.run("pretrain", "-c", "shipped.yaml", "--files", "other.txt," + file);
    Commands.Result url = Commands.run("pretrain", "-c", file.toUri().toString());

    assertTrue(shipped.err().contains("shipped.yaml:3: unknown setting"), shipped.err());
    assertTrue(url.err().contains("shipped.yaml:3: unknown setting"), url.err());
  }

  @Test
  void storageIsReachedWithWhatSparkSubmitHandsOver() throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "spark.hadoop.retromae.one 1\nnot.spark 2\n");
    System.setProperty("spark.hadoop.retromae.two", "2");
    try {
      GivenProperties given =
          new GivenProperties()
              .file(file)
              .systemProperties()
              .put("spark.hadoop.retromae.three", "3", "--conf");

      Configuration hadoop = Sessions.hadoopConfiguration(given);

      assertEquals("1", hadoop.get("retromae.one"));
      assertEquals("2", hadoop.get("retromae.two"));
      assertEquals("3", hadoop.get("retromae.three"));
      assertTrue(given.get("not.spark").isEmpty());
    } finally {
      System.clearProperty("spark.hadoop.retromae.two");
    }
  }

  @Test
  void whatOnlySparkSubmitCanDoIsRefusedWithoutIt() {
    Commands.Result result =
        Commands.run(
            "vocab",
            "--set",
            "inputs=[{path: '%s/examples/wudao/*.json', format: wudao}]".formatted(ROOT),
            "--output",
            folder + "/vocab.txt",
            "--master",
            "yarn",
            "--deploy-mode",
            "cluster",
            "--packages",
            "a:b:1");

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("--deploy-mode cluster: only spark-submit"), result.err());
    assertTrue(result.err().contains("--packages: only spark-submit"), result.err());
  }
}
