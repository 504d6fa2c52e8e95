package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainJob;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.submit.estimate.CostEstimate;
import io.retromae.submit.estimate.JobSizing;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.submit.spark.SparkSetup;
import io.retromae.training.attempt.ClusterChecks;
import io.retromae.training.estimate.TrainingCost;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** Shards to checkpoints and an exported model. */
@Command(
    name = "pretrain",
    description = "Shards to a trained model; resumes by itself from the newest whole checkpoint.",
    mixinStandardHelpOptions = true)
final class PretrainCommand extends TrainingCommand {
  PretrainCommand(Console console) {
    super(console);
  }

  @Override
  int execute() throws IOException {
    Resolved<PretrainConfig> config = load(PretrainConfig.class);
    Storage storage = storage();
    PretrainPlan plan = PretrainPlan.of(storage, config.value(), mode());
    MasterUrl master = master();
    JobDemand demand = JobSizing.training(plan.cost(config.value()), properties(), master);
    SparkSetup setup =
        setup(
            demand,
            paths(config.value()),
            conf -> ClusterChecks.problems(conf, config.value().cluster(), master.isCluster()));
    return showOrDo(
        setup,
        demand,
        () -> show(storage, config, plan, setup, demand),
        spark -> train(spark, config, plan, mode(), stop(), console()));
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
    return ended(job.run(mode, plan), console);
  }

  private void show(
      Storage storage,
      Resolved<PretrainConfig> config,
      PretrainPlan plan,
      SparkSetup setup,
      JobDemand demand)
      throws IOException {
    OutputFolder.Found found = PretrainJob.check(storage, config, plan, mode());
    TrainingCost cost = plan.cost(config.value());
    DryRun report = new DryRun(console(), System.getenv());
    report.section("inputs", plan.describe(config.value()));
    report.run(storage, config.value().output(), found);
    report.section("memory", CostEstimate.memory(cost, setup, demand));
    report.section("time", CostEstimate.time(cost, setup));
    report.spark(setup, demand, this, Map.of(name(), config));
  }
}
