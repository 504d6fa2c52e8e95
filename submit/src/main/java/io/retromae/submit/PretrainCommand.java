package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainJob;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.submit.spark.SparkSetup;
import io.retromae.training.attempt.ClusterChecks;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shards to checkpoints and an exported model. */
@Command(
    name = "pretrain",
    description = "Shards to a trained model; resumes by itself from the newest whole checkpoint.",
    mixinStandardHelpOptions = true)
final class PretrainCommand extends SparkCommand {
  @Option(names = "--from-scratch", description = "Drop what this run has reached; begin again.")
  private boolean fromScratch;

  PretrainCommand(Console console) {
    super(console);
  }

  @Override
  int execute() throws IOException {
    Resolved<PretrainConfig> config = load(PretrainConfig.class);
    Storage storage = storage();
    OutputMode mode = fromScratch && mode() == OutputMode.RESUME ? OutputMode.FROM_SCRATCH : mode();
    PretrainPlan plan = PretrainPlan.of(storage, config.value(), mode);
    MasterUrl master = master();
    JobDemand demand = JobSizing.training(config.value(), plan.shape(), properties(), master);
    SparkSetup setup =
        setup(
            demand,
            paths(config.value()),
            conf -> ClusterChecks.problems(conf, config.value().cluster(), master.isCluster()));
    return showOrDo(
        setup,
        demand,
        () -> show(storage, config, plan, setup, demand, mode),
        spark -> train(spark, config, plan, mode, stop(), console()));
  }

  /** What workers open. */
  private static Map<String, String> paths(PretrainConfig config) {
    Map<String, String> paths = new LinkedHashMap<>();
    config.init().from().ifPresent(folder -> paths.put("init.from", folder));
    paths.put("corpus", config.corpus());
    paths.put("output", config.output());
    return paths;
  }

  /** Runs the job and tells how it ended. */
  static int train(
      JavaSparkContext spark,
      Resolved<PretrainConfig> config,
      PretrainPlan plan,
      OutputMode mode,
      StopSignal stop,
      Console console)
      throws IOException {
    PretrainJob job = new PretrainJob(spark, config, console.run());
    stop.asks(job::requestStop);
    TrainingReport report = job.run(mode, plan);
    console.result(report.words());
    return report.finished() ? ExitCode.DONE : ExitCode.STOPPED;
  }

  private void show(
      Storage storage,
      Resolved<PretrainConfig> config,
      PretrainPlan plan,
      SparkSetup setup,
      JobDemand demand,
      OutputMode mode)
      throws IOException {
    OutputFolder.Found found = PretrainJob.check(storage, config, plan, mode);
    DryRun report = new DryRun(console(), System.getenv());
    report.section("inputs", plan.describe(config.value()));
    report.output(
        config.value().output(),
        found,
        found == OutputFolder.Found.RESUMED ? newest(storage, config.value()) : "");
    report.section("memory", CostEstimate.memory(config.value(), plan.shape(), setup, demand));
    report.section(
        "time",
        CostEstimate.time(
            config.value(), plan.shape(), plan.meanRow(config.value()), plan.totalSteps(), setup));
    report.spark(setup, demand, this, Map.of(name(), config));
  }

  private static String newest(Storage storage, PretrainConfig config) throws IOException {
    Optional<CheckpointRef> newest =
        new CheckpointStore(storage, storage.qualify(config.output()))
            .newest(CheckpointStore.Check.SIZES);
    return newest
        .map(ref -> " from step %,d".formatted(ref.state().step()))
        .orElse(" from the start, there is no whole checkpoint");
  }
}
