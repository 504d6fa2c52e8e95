package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words that a person may mistype, leave out or look up. */
class CommandWordsTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"etll, etl", "pretrian, pretrain", "quickstrat, quickstart", "verfy, verify"})
  void anUnknownCommandGetsTheNearestName(String typed, String meant) {
    Commands.Result result = Commands.run(typed);

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("did you mean '" + meant + "'?"), result.err());
  }

  @Test
  void aCommandThatIsLikeNoneGetsThemAll() {
    String text = Commands.run("train").err() + Commands.run("frobnicate").err();

    assertTrue(text.contains("etl, evaluate, export"), text);
  }

  @Test
  void anUnknownOptionGetsTheNearestName() {
    Commands.Result result = Commands.run("etl", "--dryrun");

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("did you mean '--dry-run'?"), result.err());
  }

  @ParameterizedTest
  @CsvSource({
    "optimizer.lr, learning_rate",
    "optimizer.learning_rat, learning_rate",
    "batch_size, data.per_device_train_batch_size",
    "data.batch_size, per_device_train_batch_size",
    "schedule.epochs, num_train_epochs",
    "data.max_length, max_seq_length",
    "seed, schedule.seed",
    "max_steps, schedule.max_steps",
    "optimizer.seed, schedule.seed",
    "objective.mlm_probability, encoder_mlm_probability"
  })
  void anUnknownSettingGetsWhatItMayHaveBeenMeantFor(String typed, String meant) {
    Commands.Result result =
        Commands.run("pretrain", "--set", "corpus=c", "--output", "o", "--set", typed + "=1");

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("did you mean '" + meant + "'?"), result.err());
  }

  @Test
  void aFileOfAnotherJobIsRecognised() {
    String training = ROOT.resolve("conf/quickstart-pretrain.yaml").toString();
    String corpus = ROOT.resolve("conf/quickstart-etl.yaml").toString();

    String etl = Commands.run("etl", "-c", training).err();
    String pretrain = Commands.run("pretrain", "-c", corpus).err();

    assertTrue(etl.contains("use: retromae pretrain -c " + training), etl);
    assertTrue(pretrain.contains("use: retromae etl -c " + corpus), pretrain);
    assertEquals(1, etl.lines().count(), etl);
  }

  @Test
  void withoutACommandTheHelpIsPrinted() {
    Commands.Result result = Commands.run();

    assertEquals(ExitCode.DONE, result.code());
    assertTrue(result.out().contains("quickstart"), result.out());
    assertEquals("", result.err());
  }

  @ParameterizedTest
  @CsvSource({
    "etl, inputs",
    "pretrain, corpus",
    "vocab, inputs",
    "embed, model",
    "evaluate, tasks",
    "mine, model"
  })
  void everySettingOfAJobIsPrintedWithoutValuesForThoseRequired(String job, String setting) {
    Commands.Result result = Commands.run("config", job);

    assertEquals(ExitCode.DONE, result.code(), result.err());
    assertTrue(result.out().contains("\n" + setting + ": "), result.out());
    assertTrue(result.out().contains("# required"), result.out());
  }

  @Test
  void aRecipeIsResolvedBeforeItsPlacesAreKnown() throws IOException {
    Path file = folder.resolve("half.yaml");
    Files.writeString(file, "optimizer: {learning_rate: 3e-4}\n");

    Commands.Result result = Commands.run("config", "pretrain", "-c", file.toString());

    assertEquals(ExitCode.DONE, result.code(), result.err());
    assertTrue(result.out().contains("learning_rate: 3e-4"), result.out());
    assertTrue(result.out().contains("corpus: # required"), result.out());
  }

  @Test
  void theHelpOfACommandHasOnlyWhatDoesSomethingThere() {
    for (String command : List.of("verify", "export", "gc", "config", "report")) {
      String help = Commands.run(command, "--help").out();
      for (String option : List.of("--overwrite", "--master", "--executor-memory", "--queue")) {
        assertFalse(help.contains(option), command + " has " + option);
        assertEquals(ExitCode.USAGE, Commands.run(command, ".", option, "x").code());
      }
    }
    assertFalse(Commands.run("quickstart", "--help").out().contains("--set"));
    assertFalse(Commands.run("vocab", "--help").out().contains("--overwrite"));
    assertTrue(Commands.run("etl", "--help").out().contains("--overwrite"));
  }

  private String completed(String... words) throws IOException, InterruptedException {
    Path script = folder.resolve("completion.sh");
    Files.writeString(script, Commands.run("completion").out());
    Files.createDirectories(folder.resolve("conf/inner"));
    Files.writeString(folder.resolve("conf/my.yaml"), "");
    String program =
        """
        source completion.sh
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _complete_retromae 2>/dev/null
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", program, "bash"));
    command.addAll(List.of(words));
    Process bash = new ProcessBuilder(command).directory(folder.toFile()).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    bash.waitFor();
    return out;
  }

  @Test
  void theShellCompletesCommandsOptionsFilesAndFolders() throws Exception {
    assertEquals("etl\n", completed("retromae", "et"));
    assertTrue(completed("retromae", "etl", "--dr").contains("--dry-run"));
    assertEquals("conf\n", completed("retromae", "etl", "-c", "con"));
    assertTrue(completed("retromae", "etl", "-c", "conf/").contains("conf/my.yaml"));
    assertTrue(completed("retromae", "pretrain", "--output", "conf/").contains("conf/inner"));
    assertEquals("conf\n", completed("retromae", "verify", "con"));
    assertEquals("conf\n", completed("retromae", "embed", "con"));
    assertEquals("conf\n", completed("retromae", "export", "run", "con"));
  }

  @Test
  void whereTheScriptKnowsNothingTheShellCompletesFilesAsEver() {
    String script = Commands.run("completion").out();

    assertTrue(script.contains("complete -F _complete_retromae -o default"), script);
    assertFalse(script.contains("+o default"), "that would switch it off");
  }
}
