package io.retromae.submit;

import io.retromae.core.failure.ConfigException;
import java.io.File;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
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

  /** Labels of values that are files or folders. */
  private static final Set<String> PATHS =
      Set.of("FILE", "DIR", "CHECKPOINT", "MODEL", "TEXTS", "PAIRS", "OUT");

  /** Where picocli's script knows nothing, the shell goes on to complete files as ever. */
  private static final String WITHOUT_FILES = "type compopt &>/dev/null && compopt +o default\n";

  private final Console console;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!Set.of("bash", "zsh").contains(shell)) {
      throw new ConfigException("completion %s: must be bash or zsh".formatted(shell));
    }
    CommandLine commands = Main.commandLine(console);
    commands.getSubcommands().values().forEach(command -> completePaths(command.getCommandSpec()));
    console.result(AutoComplete.bash("retromae", commands).replace(WITHOUT_FILES, ""));
    return ExitCode.DONE;
  }

  /**
   * Lets a shell complete files and folders where a value is one. The commands themselves take
   * text: a {@link File} would spoil the two slashes of {@code s3a://}.
   */
  private static void completePaths(CommandSpec spec) {
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (PATHS.contains(option.paramLabel())) {
        spec.remove(option);
        spec.addOption(
            OptionSpec.builder(option.names())
                .paramLabel(option.paramLabel())
                .arity("1")
                .type(File.class)
                .build());
      }
    }
    List<PositionalParamSpec> positionals = List.copyOf(spec.positionalParameters());
    positionals.forEach(spec::remove);
    for (PositionalParamSpec positional : positionals) {
      PositionalParamSpec path =
          PositionalParamSpec.builder()
              .index(positional.index())
              .paramLabel(positional.paramLabel())
              .arity(positional.arity())
              .type(File.class)
              .build();
      spec.addPositional(PATHS.contains(positional.paramLabel()) ? path : positional);
    }
  }
}
