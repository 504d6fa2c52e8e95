package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.etl.job.CorpusEtlJob;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.etl.source.InputSettings;
import io.retromae.submit.estimate.CostEstimate;
import io.retromae.submit.estimate.JobSizing;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.SparkSetup;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** Corpora to shards. */
@Command(
    name = "etl",
    description = "Corpora to shards: clean, deduplicate, tokenise, shuffle.",
    mixinStandardHelpOptions = true)
final class EtlCommand extends SparkCommand {
  EtlCommand(Console console) {
    super(console);
  }

  @Override
  int execute() throws IOException {
    Resolved<EtlConfig> config = load(EtlConfig.class);
    Storage storage = storage();
    EtlPlan plan = EtlPlan.of(storage, config.value());
    JobDemand demand = JobSizing.corpus(plan, config.value(), master());
    SparkSetup setup = setup(demand, paths(config.value()), conf -> List.of());
    return showOrDo(
        setup,
        demand,
        () -> show(storage, config, plan, setup, demand),
        spark -> run(spark, config, plan));
  }

  /** What the executors of a corpus job open. */
  static Map<String, String> paths(EtlConfig config) {
    Map<String, String> paths = paths(config.inputs());
    paths.put("output", config.output());
    return paths;
  }

  /** The inputs by the names of their settings. */
  static Map<String, String> paths(List<InputSettings> inputs) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      paths.put("inputs[%d].path".formatted(i), inputs.get(i).path());
    }
    return paths;
  }

  private int run(JavaSparkContext spark, Resolved<EtlConfig> config, EtlPlan plan) {
    CorpusEtlJob job = new CorpusEtlJob(spark, config, console()::line, console()::progress);
    boolean done = stop().unlessStopped(spark, () -> job.run(mode(), plan));
    return ended(done, "corpus in " + config.value().output());
  }

  private void show(
      Storage storage,
      Resolved<EtlConfig> config,
      EtlPlan plan,
      SparkSetup setup,
      JobDemand demand) {
    OutputFolder.Found found = CorpusEtlJob.check(storage, config, plan, mode());
    DryRun report = new DryRun(console(), System.getenv());
    report.section("inputs", plan.listing(config.value()));
    report.section("corpus", plan.describe(config.value()));
    String output = config.value().output();
    report.output(output, found, () -> ShardManifest.exists(storage, output));
    report.section("memory", CostEstimate.memory(setup, demand));
    report.section("time", CostEstimate.time(plan, setup, plan.units(config.value())));
    report.spark(setup, demand, this, Map.of(name(), config));
  }
}
