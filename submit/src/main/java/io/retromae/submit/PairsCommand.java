package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.finetune.pairs.PairsConfig;
import io.retromae.finetune.pairs.job.PairsJob;
import io.retromae.finetune.pairs.job.PairsPlan;
import io.retromae.submit.estimate.CostEstimate;
import io.retromae.submit.estimate.JobSizing;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.SparkSetup;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** Corpora to training pairs. */
@Command(
    name = "pairs",
    description = "Corpora to pairs for finetune: title and text, question and answer, ...",
    mixinStandardHelpOptions = true)
final class PairsCommand extends SparkCommand {
  PairsCommand(Console console) {
    super(console);
  }

  @Override
  int execute() throws IOException {
    Resolved<PairsConfig> config = load(PairsConfig.class);
    PairsPlan plan = PairsPlan.of(storage(), config);
    JobDemand demand = JobSizing.pairs(plan, master());
    SparkSetup setup = setup(demand, paths(config.value()), conf -> java.util.List.of());
    return showOrDo(
        setup, demand, () -> show(config, plan, setup, demand), spark -> run(spark, config, plan));
  }

  /** What the executors open. */
  private static Map<String, String> paths(PairsConfig config) {
    Map<String, String> paths = EtlCommand.paths(config.inputs());
    config.consistency().model().ifPresent(model -> paths.put("consistency.model", model));
    paths.put("output", config.output());
    return paths;
  }

  private int run(JavaSparkContext spark, Resolved<PairsConfig> config, PairsPlan plan) {
    PairsJob job = new PairsJob(spark, plan, console()::line, console()::progress);
    boolean done = stop().unlessStopped(spark, () -> job.run(mode()));
    return ended(done, "pairs in " + config.value().output() + "/data");
  }

  private void show(
      Resolved<PairsConfig> config, PairsPlan plan, SparkSetup setup, JobDemand demand) {
    OutputFolder.Found found = PairsJob.check(storage(), plan, mode());
    DryRun report = new DryRun(console(), System.getenv());
    report.section("inputs", plan.listing());
    report.section("pairs", plan.describe());
    String output = config.value().output();
    report.output(output, found, () -> PairsJob.isDone(storage(), output));
    report.section("memory", CostEstimate.memory(plan, setup, demand));
    report.spark(setup, demand, this, Map.of(name(), config));
  }
}
