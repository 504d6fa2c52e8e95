package io.retromae.submit;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What the commands that run a job have in common. */
abstract class JobCommand implements Callable<Integer> {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "YAML configuration; repeatable, later ones win.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "section.key=value",
      description = "One setting; repeatable, wins over files.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--output", paramLabel = "DIR", description = "Short for --set output=DIR.")
  private Optional<String> output = Optional.empty();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master; default: spark-submit's own, or local[*].")
  private Optional<String> master = Optional.empty();

  @Option(names = "--spark-conf", paramLabel = "K=V", description = "A Spark property; repeatable.")
  private List<String> sparkConf = new ArrayList<>();

  @Option(names = "--dry-run", description = "Show what would be done; touch nothing.")
  private boolean dryRun;

  @Option(names = "--overwrite", description = "Drop earlier work in the output folder.")
  private boolean overwrite;

  @Option(names = "-q", description = "Only results and problems.")
  private boolean quiet;

  @Option(names = "-v", description = "Stack traces for problems.")
  private boolean verbose; // asked for where problems are shown, see Console

  private final Console console;

  JobCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (quiet) {
      console.beQuiet();
    }
    return execute();
  }

  /** Does the work; returns the exit code. */
  abstract int execute() throws Exception;

  Console console() {
    return console;
  }

  boolean dryRun() {
    return dryRun;
  }

  Optional<String> output() {
    return output;
  }

  /** Whether files or single settings were given. */
  boolean hasSettings() {
    return !files.isEmpty() || !overrides.isEmpty();
  }

  OutputMode mode() {
    return overwrite ? OutputMode.OVERWRITE : OutputMode.RESUME;
  }

  /** The settings of files and overrides, checked. */
  <T extends Record> Resolved<T> load(Class<T> type) {
    List<String> all = new ArrayList<>(overrides);
    output.ifPresent(folder -> all.add("output=" + folder));
    return ConfigLoader.load(type, sources(files), all);
  }

  /** The settings of one given file, with overrides on top. */
  <T extends Record> Resolved<T> load(Class<T> type, Path file, List<String> more) {
    List<Path> with = new ArrayList<>(List.of(file));
    return ConfigLoader.load(type, sources(with), more);
  }

  private static List<ConfigLoader.Source> sources(List<Path> files) {
    List<ConfigLoader.Source> sources = new ArrayList<>();
    for (Path file : files) {
      try {
        sources.add(new ConfigLoader.Source(file.toString(), Files.readString(file)));
      } catch (IOException e) {
        throw new ConfigException(file + ": cannot be read: no such file, or no text", e);
      }
    }
    return sources;
  }

  Sessions sessions() {
    return new Sessions(master, sparkConf);
  }
}
