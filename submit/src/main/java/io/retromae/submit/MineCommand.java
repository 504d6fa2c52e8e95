package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.finetune.mine.MiningConfig;
import io.retromae.finetune.mine.MiningJob;
import io.retromae.finetune.mine.MiningManifest;
import io.retromae.finetune.mine.MiningPlan;
import io.retromae.submit.estimate.CostEstimate;
import io.retromae.submit.estimate.JobSizing;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.SparkSetup;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pairs to pairs with hard negatives. */
@Command(
    name = "mine",
    description = "Hard negatives for pairs by a model; resumes by itself.",
    mixinStandardHelpOptions = true)
final class MineCommand extends ModelCommand {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PAIRS",
      description = "Pairs: file, folder or glob pattern, the only one of inputs.")
  private Optional<String> pairs = Optional.empty();

  @Option(names = "--scores", description = "Write scores into the lines, the setting scores.")
  private boolean scores;

  MineCommand(Console console) {
    super(console);
  }

  /** The short form, as assignments. */
  @Override
  List<String> shortForm() {
    List<String> assignments = assignments(pairs, "%s", "mine MODEL PAIRS OUT");
    if (scores) {
      assignments.add("scores=true");
    }
    return assignments;
  }

  @Override
  int execute() throws IOException {
    Resolved<MiningConfig> config = load(MiningConfig.class);
    MiningPlan plan = MiningPlan.of(storage(), config.value());
    JobDemand demand = JobSizing.mining(plan, master());
    SparkSetup setup = setup(demand, paths(config.value()), conf -> List.of());
    return showOrDo(
        setup, demand, () -> show(config, plan, setup, demand), spark -> run(spark, config, plan));
  }

  /** What the executors open. */
  private static Map<String, String> paths(MiningConfig config) {
    Map<String, String> paths = new LinkedHashMap<>();
    config.model().ifPresent(folder -> paths.put("model", folder));
    config.queryVectors().ifPresent(folder -> paths.put("query_vectors", folder));
    config.documentVectors().ifPresent(folder -> paths.put("document_vectors", folder));
    for (int i = 0; i < config.inputs().size(); i++) {
      paths.put("inputs[%d]".formatted(i), config.inputs().get(i));
    }
    paths.put("output", config.output());
    return paths;
  }

  private int run(JavaSparkContext spark, Resolved<MiningConfig> config, MiningPlan plan) {
    MiningJob job = new MiningJob(spark, config, plan, console()::line, console()::progress);
    boolean done = stop().unlessStopped(spark, () -> job.run(mode()));
    return ended(
        done, "lines in %s/lines, report.md, report.json".formatted(config.value().output()));
  }

  private void show(
      Resolved<MiningConfig> config, MiningPlan plan, SparkSetup setup, JobDemand demand) {
    OutputFolder.Found found = MiningJob.check(storage(), config, plan, mode());
    DryRun report = new DryRun(console(), System.getenv());
    report.section("inputs", plan.listing());
    report.section("mining", plan.describe());
    String output = config.value().output();
    report.output(output, found, () -> MiningManifest.exists(storage(), output));
    report.section("memory", CostEstimate.memory(plan, setup, demand));
    report.section("time", CostEstimate.time(plan, setup));
    report.spark(setup, demand, this, Map.of(name(), config));
  }
}
