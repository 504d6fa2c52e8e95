package io.retromae.submit;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.submit.spark.ConfigFiles;
import io.retromae.submit.spark.GivenProperties;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.submit.spark.Sessions;
import io.retromae.submit.spark.SparkOptions;
import io.retromae.submit.spark.SparkSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands with a configuration have in common. */
abstract class JobCommand implements Callable<Integer> {
  /** What this class declares, for {@link #uses}. */
  static final Set<String> OPTIONS =
      Set.of("--config", "--set", "--output", "--dry-run", "--overwrite");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "YAML configuration, local, hdfs:// or s3a://; repeatable, later ones win.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "section.key=value",
      description = "One setting; repeatable, wins over files.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the results, the setting output.")
  private Optional<String> output = Optional.empty();

  @Option(names = "--dry-run", description = "Show what would be done; touch nothing.")
  private boolean dryRun;

  @Option(names = "--overwrite", description = "Drop earlier work in the output folder.")
  private boolean overwrite;

  @Spec private CommandSpec spec;

  private final SparkOptions sparkOptions = new SparkOptions();
  private GivenProperties properties; // read at first use, when the options are there
  private Storage storage;
  private final Console console;

  JobCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
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

  /** Configuration files as they were named. */
  List<String> files() {
    return files;
  }

  SparkOptions sparkOptions() {
    return sparkOptions;
  }

  /** As it is called on the command line. */
  String name() {
    return spec.name();
  }

  /** The command line without what is for spark-submit. */
  List<String> arguments() {
    List<String> words = spec.root().commandLine().getParseResult().originalArgs();
    return SparkOptions.withoutSpark(words);
  }

  /** Whether files or single settings were given. */
  boolean hasSettings() {
    return !files.isEmpty() || !overrides.isEmpty() || output.isPresent();
  }

  OutputMode mode() {
    return overwrite ? OutputMode.OVERWRITE : OutputMode.RESUME;
  }

  /** Spark properties that the user gave. */
  GivenProperties properties() {
    if (properties == null) {
      properties = sparkOptions.properties(System.getenv());
    }
    return properties;
  }

  /** Where the job is to run. */
  MasterUrl master() {
    return SparkSetup.master(properties());
  }

  /** Reaches what the job will reach. */
  Storage storage() {
    if (storage == null) {
      storage = new Storage(Sessions.hadoopConfiguration(properties()));
    }
    return storage;
  }

  /**
   * Which of {@link #OPTIONS} do something for this command; others it does not have.
   *
   * @param declared all of them
   */
  Set<String> uses(Set<String> declared) {
    return declared;
  }

  /**
   * What {@code --output} takes in a command that has it for something else.
   *
   * @param label of its value
   * @param description in the command's help
   */
  record OutputWords(String label, String description) {}

  /** What {@code --output} takes here; empty if it is the folder of the results. */
  Optional<OutputWords> outputWords() {
    return Optional.empty();
  }

  /** Which of spark-submit's options do something for this command. */
  SparkOptions.Use sparkUse() {
    return SparkOptions.Use.JOB;
  }

  /** The settings of files and overrides, checked. */
  <T extends Record> Resolved<T> load(Class<T> type) {
    return load(type, files, assignments());
  }

  /** The settings of files and overrides, for reading: those that are required may be missing. */
  List<ResolvedSetting> settings(Class<? extends Record> type) {
    List<ConfigLoader.Source> sources = new ConfigFiles(storage(), properties()).read(files);
    WrongJob.refuse(type, sources);
    return ConfigLoader.settings(type, sources, assignments());
  }

  /** Assignments that a command makes of its own words; single settings win over them. */
  List<String> shortForm() {
    return List.of();
  }

  private List<String> assignments() {
    List<String> all = new ArrayList<>(shortForm());
    all.addAll(overrides);
    output.ifPresent(folder -> all.add("output=" + folder));
    return all;
  }

  /** The settings of given files, with overrides on top. */
  <T extends Record> Resolved<T> load(Class<T> type, List<String> from, List<String> with) {
    List<ConfigLoader.Source> sources = new ConfigFiles(storage(), properties()).read(from);
    WrongJob.refuse(type, sources);
    try {
      return ConfigLoader.load(type, sources, with);
    } catch (ConfigException e) { // what is wrong on Spark's side is told in the same go
      List<String> problems = new ArrayList<>(e.problems());
      problems.addAll(SparkSetup.problemsOf(properties()));
      throw new ConfigException(problems);
    }
  }
}
