package io.retromae.submit;

import io.retromae.core.failure.ConfigException;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The script that completes our commands and options in a shell. */
@Command(
    name = "completion",
    description = "Prints a completion script: source <(submit/retromae completion bash)",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "bash",
      paramLabel = "SHELL",
      description = "bash or zsh; one script serves both.")
  private String shell;

  private final Console console;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!Set.of("bash", "zsh").contains(shell)) {
      throw new ConfigException("completion %s: must be bash or zsh".formatted(shell));
    }
    console.result(AutoComplete.bash("retromae", Main.commandLine(console)));
    return ExitCode.DONE;
  }
}
