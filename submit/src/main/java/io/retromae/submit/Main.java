package io.retromae.submit;

import java.io.PrintStream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point for {@code submit/retromae} and for {@code spark-submit --class}. */
@Command(
    name = "retromae",
    description = "Raw web corpora in, retrieval-oriented base model out, on Apache Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      QuickstartCommand.class,
      EtlCommand.class,
      PretrainCommand.class,
      ExportCommand.class,
      VocabularyCommand.class,
      ConfigCommand.class,
      VerifyCommand.class,
      GarbageCommand.class,
      AutoComplete.GenerateCompletion.class
    })
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Spark 3.5 leaves a thread behind that would keep the process alive.
    System.exit(run(args, System.out, System.err));
  }

  /** Runs a command; returns the exit code (see {@link ExitCode}). */
  static int run(String[] args, PrintStream out, PrintStream err) {
    Console console = new Console(out, err);
    CommandLine commands = new CommandLine(new Main(), new Factory(console));
    commands.setOut(new java.io.PrintWriter(out, true));
    commands.setErr(new java.io.PrintWriter(err, true));
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> console.failure(failure, parsed));
    commands.setParameterExceptionHandler(
        (failure, ignored) -> {
          err.println(failure.getMessage());
          err.println(
              "Try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
          return ExitCode.USAGE;
        });
    return commands.execute(args);
  }
}
