package io.retromae.submit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.retromae.core.failure.ClusterException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Entry point for {@code submit/retromae} and for {@code spark-submit --class}. */
@Command(
    name = "retromae",
    description = "Raw web corpora in, retrieval-oriented base model out, on Apache Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 1 a bug of ours, 2 usage or configuration, 3 data refused,",
      "4 cluster or storage, 5 stopped on request (the same command goes on).",
      "Completion: source <(submit/retromae completion)"
    },
    subcommands = {
      QuickstartCommand.class,
      EtlCommand.class,
      PairsCommand.class,
      PretrainCommand.class,
      FinetuneCommand.class,
      EmbedCommand.class,
      EvaluateCommand.class,
      MineCommand.class,
      ExportCommand.class,
      MergeCommand.class,
      VocabularyCommand.class,
      ReportCommand.class,
      ConfigCommand.class,
      VerifyCommand.class,
      GarbageCommand.class,
      CompletionCommand.class
    })
public final class Main implements Runnable {
  private final Console console;

  private Main(Console console) {
    this.console = console;
  }

  @Spec private CommandSpec spec;

  /** Without a command: what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Only results and problems.")
  private void quiet(boolean on) {
    if (on) {
      console.beQuiet();
    }
  }

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Stack traces for problems.")
  private void verbose(boolean on) {
    if (on) {
      console.beVerbose();
    }
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintStream out = stream(FileDescriptor.out, System.out, "stdout.encoding");
    PrintStream err = stream(FileDescriptor.err, System.err, "stderr.encoding");
    Console console = new Console(out, err);
    if (Terminal.isWatched()) {
      console.showOnTerminal(new UsageMessageSpec().autoWidth(true).width());
    }
    int code = run(args, console, out, err);
    if (inYarnsMaster()) {
      // YARN takes any System.exit for an early end, a good one, too, and starts all over again.
      // What is thrown becomes the application's diagnostics.
      if (code != ExitCode.DONE) {
        throw new ClusterException(
            "retromae ended with exit code %d, see its log: %s"
                .formatted(code, console.firstProblem()));
      }
      return;
    }
    // Spark 3.5 leaves a thread behind that would keep the process alive.
    System.exit(code);
  }

  /**
   * A stream of this process that loses nothing: Java's own prints question marks for all but ASCII
   * where the locale is POSIX, the default of many containers. UTF-8 is a better guess there.
   *
   * @param property that names its encoding, by Java 17 with "sun." before it
   */
  private static PrintStream stream(FileDescriptor to, PrintStream own, String property) {
    String encoding =
        Optional.ofNullable(System.getProperty(property))
            .or(() -> Optional.ofNullable(System.getProperty("sun." + property)))
            .orElse(System.getProperty("native.encoding", "UTF-8"));
    boolean onlyAscii = Charset.isSupported(encoding) && Charset.forName(encoding).equals(US_ASCII);
    return onlyAscii ? new PrintStream(new FileOutputStream(to), true, UTF_8) : own;
  }

  private static boolean inYarnsMaster() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /** Runs a command; returns the exit code (see {@link ExitCode}). */
  static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, new Console(out, err), out, err);
  }

  private static int run(String[] args, Console console, PrintStream out, PrintStream err) {
    // Lines, reports and pages are read elsewhere, by programs too: their numbers are always alike.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    CommandLine commands = commandLine(console);
    commands.setOut(new PrintWriter(out, true));
    commands.setErr(new PrintWriter(err, true));
    commands.setExecutionExceptionHandler((failure, command, parsed) -> console.failure(failure));
    commands.setParameterExceptionHandler(
        (failure, ignored) -> {
          console.problem(UsageProblem.text(failure));
          err.println(
              "Try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
          return ExitCode.USAGE;
        });
    return commands.execute(args);
  }

  /** A command has what its kind has; what does nothing there is not offered. */
  private static void removeUnused(CommandSpec spec, JobCommand job) {
    Set<String> used = job.uses(JobCommand.OPTIONS);
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (JobCommand.OPTIONS.contains(option.longestName())
          && !used.contains(option.longestName())) {
        spec.remove(option);
      }
    }
  }

  /** Says of an option what it takes in this command. */
  private static void reword(CommandSpec spec, JobCommand.OutputWords words) {
    OptionSpec option = spec.findOption("--output");
    spec.remove(option);
    spec.addOption(
        OptionSpec.builder(option)
            .paramLabel(words.label())
            .description(words.description())
            .build());
  }

  /** All commands with their options. */
  static CommandLine commandLine(Console console) {
    CommandLine commands = new CommandLine(new Main(console), new Factory(console));
    for (CommandLine command : commands.getSubcommands().values()) {
      if (command.getCommand() instanceof JobCommand job) {
        CommandSpec spec = command.getCommandSpec();
        removeUnused(spec, job);
        job.outputWords().ifPresent(words -> reword(spec, words));
        job.sparkOptions().addTo(spec, job.sparkUse());
      }
    }
    commands.setUsageHelpAutoWidth(true);
    return commands;
  }

  /** Gives commands the console they speak to. */
  private static final class Factory implements CommandLine.IFactory {
    private final Console console;
    private final CommandLine.IFactory standard = CommandLine.defaultFactory();

    Factory(Console console) {
      this.console = console;
    }

    @Override
    public <T> T create(Class<T> type) throws Exception {
      if (Callable.class.isAssignableFrom(type) && type.getPackage() == Main.class.getPackage()) {
        return type.getDeclaredConstructor(Console.class).newInstance(console);
      }
      return standard.create(type);
    }
  }
}
