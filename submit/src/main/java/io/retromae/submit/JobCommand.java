package io.retromae.submit;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.submit.spark.GivenProperties;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.submit.spark.SparkSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that run a job have in common. */
abstract class JobCommand implements Callable<Integer> {
  /** Of the estimate, which is an upper limit. */
  private static final double SMALL_HEAP = 0.7;

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

  @Option(names = "--output", paramLabel = "DIR", description = "Short for --set output=DIR.")
  private Optional<String> output = Optional.empty();

  @Option(names = "--dry-run", description = "Show what would be done; touch nothing.")
  private boolean dryRun;

  @Option(names = "--overwrite", description = "Drop earlier work in the output folder.")
  private boolean overwrite;

  @Spec private CommandSpec spec;

  private final SparkOptions sparkOptions = new SparkOptions();
  private StopSignal stop;
  private GivenProperties properties; // read at first use, when the options are there
  private Storage storage;
  private final Console console;

  JobCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (StopSignal installed = StopSignal.install()) {
      stop = installed;
      return execute();
    }
  }

  /** Does the work; returns the exit code. */
  abstract int execute() throws Exception;

  /** What asks this command to end. */
  StopSignal stop() {
    return stop;
  }

  /** Says so if the heap of this driver is much smaller than what the dry run reckons with. */
  void warnOfSmallHeap(JobDemand demand) {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    if (heap < demand.driverHeapMb() * SMALL_HEAP) {
      console.warning(
          "the driver's heap is %d MiB, the estimate %d MiB; give --driver-memory %2$dm or RETROMAE_HEAP=%2$dm"
              .formatted(heap, demand.driverHeapMb()));
    }
  }

  /** Starts Spark; the caller closes it. From here on a signal is a request to the job. */
  JavaSparkContext start(SparkSetup setup) {
    stop.begin();
    return Sessions.start("retromae-" + spec.name(), setup);
  }

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

  /** The command line without what is for spark-submit. */
  List<String> arguments() {
    List<String> words = spec.root().commandLine().getParseResult().originalArgs();
    return SparkOptions.withoutSpark(words);
  }

  /** Whether files or single settings were given. */
  boolean hasSettings() {
    return !files.isEmpty() || !overrides.isEmpty();
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

  /** The settings of files and overrides, checked. */
  <T extends Record> Resolved<T> load(Class<T> type) {
    List<String> all = new ArrayList<>(overrides);
    output.ifPresent(folder -> all.add("output=" + folder));
    return load(type, files, all);
  }

  /** The settings of given files, with overrides on top. */
  <T extends Record> Resolved<T> load(Class<T> type, List<String> from, List<String> with) {
    ConfigFiles reader = new ConfigFiles(storage(), properties());
    try {
      return ConfigLoader.load(type, reader.read(from), with);
    } catch (ConfigException e) { // what is wrong on Spark's side is told in the same go
      List<String> problems = new ArrayList<>(e.problems());
      problems.addAll(SparkSetup.problemsOf(properties()));
      throw new ConfigException(problems);
    }
  }

  /**
   * The properties that the job will run with; says what may not go well.
   *
   * @param paths that the executors open, by setting
   * @param jobsOwn what the job itself refuses of the properties
   * @throws ConfigException with all that cannot work
   */
  SparkSetup setup(
      JobDemand demand, Map<String, String> paths, Function<SparkConf, List<String>> jobsOwn) {
    GivenProperties given = properties();
    SparkSetup plain = SparkSetup.of(given, demand, jobsOwn);
    SparkSetup setup = plain.warning(onLocalDisk(plain.master(), paths));
    if (!dryRun) {
      sparkOptions.refuseWithoutSubmit(given);
      setup.warnings().forEach(console::warning);
    }
    return setup;
  }

  private List<String> onLocalDisk(MasterUrl master, Map<String, String> paths) {
    List<String> local =
        paths.entrySet().stream()
            .filter(path -> storage().qualify(path.getValue()).startsWith("file:"))
            .map(path -> path.getKey() + " = " + path.getValue())
            .toList();
    return local.isEmpty() || !master.kind().manyHosts()
        ? List.of()
        : List.of(
            "%s: on local disk; all hosts must have the same folder there (NFS, say), else use hdfs:// or s3a://"
                .formatted(String.join(", ", local)));
  }
}
