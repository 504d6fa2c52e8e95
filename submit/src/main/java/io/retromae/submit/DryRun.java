package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.storage.Storage;
import io.retromae.submit.spark.ConfigFiles;
import io.retromae.submit.spark.GivenProperties;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl.Kind;
import io.retromae.submit.spark.OwnJars;
import io.retromae.submit.spark.SparkProperty;
import io.retromae.submit.spark.SparkSetup;
import io.retromae.submit.spark.SubmitLine;
import io.retromae.training.checkpoint.CheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What {@code --dry-run} prints: what was found, the configuration, and the command, which comes
 * last. Touches nothing.
 */
final class DryRun {
  private static final int KEY_WIDTH = 44;
  private static final int VALUE_WIDTH = 28;

  private final Console console;
  private final Map<String, String> environment;

  DryRun(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  /** The resolved configuration of a job, each value with its origin. */
  private void configuration(String job, Resolved<?> config) {
    section("configuration of " + job, config.yaml().lines().toList());
  }

  /** A section: a title, lines below it. */
  void section(String title, List<String> lines) {
    console.result(title);
    lines.forEach(line -> console.result("  " + line));
    console.result("");
  }

  /** What becomes of the output folder of a job that does nothing where it has finished. */
  void output(String folder, OutputFolder.Found found, BooleanSupplier finished) {
    boolean idle = found == OutputFolder.Found.RESUMED && finished.getAsBoolean();
    output(folder, found, idle ? "; it is finished, nothing would be done" : "");
  }

  /** What becomes of the output folder of a training, and where it would begin. */
  void run(Storage storage, String folder, OutputFolder.Found found) throws IOException {
    output(folder, found, found == OutputFolder.Found.RESUMED ? newest(storage, folder) : "");
  }

  private static String newest(Storage storage, String folder) throws IOException {
    return new CheckpointStore(storage, storage.qualify(folder))
        .newest(CheckpointStore.Check.SIZES)
        .map(ref -> " from step %,d".formatted(ref.state().step()))
        .orElse(" from the start, there is no whole checkpoint");
  }

  /** What becomes of the output folder. */
  void output(String folder, OutputFolder.Found found, String more) {
    String what =
        switch (found) {
          case NEW -> "new";
          case RESUMED -> "holds work of the same configuration: to be resumed";
          case REPLACED -> "holds earlier work: to be dropped";
        };
    section("output", List.of(folder + ": " + what + more));
  }

  /**
   * What may not go well, Spark's properties, the configuration of the jobs, and the command that
   * starts them.
   *
   * @param jobs resolved configurations by job, in order
   */
  void spark(
      SparkSetup setup, JobDemand demand, JobCommand command, Map<String, Resolved<?>> jobs) {
    List<String> configs = jobs.values().stream().map(Resolved::yaml).toList();
    SubmitLine.Program program = program(setup, command, configs);
    SubmitLine line = new SubmitLine(setup, demand, program);
    List<String> table = new ArrayList<>();
    for (SparkProperty property : line.properties()) {
      table.add(row(property.key(), property.shown(), property.reason()));
    }
    List<String> warnings = new ArrayList<>(setup.warnings());
    warnings.addAll(shipping(setup, program));
    if (!warnings.isEmpty()) {
      section("warnings", warnings);
    }
    String mode = setup.given().clusterMode() ? "cluster mode" : "client mode";
    section("spark: %s, %s".formatted(setup.master().kind().words(), mode), table);
    jobs.forEach(this::configuration);
    console.result("command");
    console.result(line.shell());
  }

  private static String row(String key, String value, String reason) {
    String pattern = "%-" + KEY_WIDTH + "s %-" + VALUE_WIDTH + "s %s";
    return pattern.formatted(key, value, reason);
  }

  private SubmitLine.Program program(SparkSetup setup, JobCommand command, List<String> configs) {
    String jar = OwnJars.main(environment, Version.jarName());
    boolean inImage =
        jar.startsWith("local://")
            && setup.master().kind() == Kind.KUBERNETES
            && setup.given().clusterMode();
    Optional<Path> propertiesFile = command.sparkOptions().propertiesFile();
    Set<String> read = new HashSet<>();
    propertiesFile
        .or(() -> GivenProperties.sparkDefaults(environment))
        .map(Path::toString)
        .ifPresent(read::add);
    List<String> texts = new ArrayList<>(command.arguments());
    texts.addAll(configs);
    return new SubmitLine.Program(
        Optional.ofNullable(environment.get("SPARK_HOME"))
            .filter(home -> !home.isEmpty())
            .map(home -> home + "/bin/spark-submit")
            .orElse("spark-submit"),
        jar,
        OwnJars.s3(environment, inImage, texts),
        propertiesFile,
        read,
        ConfigFiles.local(command.files()),
        command.sparkOptions().submitOnly(),
        command.arguments());
  }

  /** What will not be where the driver or the executors look for it. */
  private static List<String> shipping(SparkSetup setup, SubmitLine.Program program) {
    List<String> files = new ArrayList<>(List.of(program.jar()));
    files.addAll(program.jars());
    files.addAll(program.configFiles());
    List<String> here = ConfigFiles.local(files);
    if (here.isEmpty() || !setup.given().clusterMode()) {
      return List.of();
    }
    Kind kind = setup.master().kind();
    boolean upload = setup.given().get("spark.kubernetes.file.upload.path").isPresent();
    if (kind == Kind.KUBERNETES && !upload) {
      return List.of(
          "%s: on this machine, the driver's pod will not have it; set spark.kubernetes.file.upload.path, or name what the image has (RETROMAE_JAR=local:///PATH, -c s3a://...)"
              .formatted(String.join(", ", here)));
    }
    return kind == Kind.STANDALONE
        ? List.of(
            "%s: standalone in cluster mode copies nothing; every worker must have it at this path"
                .formatted(String.join(", ", here)))
        : List.of();
  }
}
