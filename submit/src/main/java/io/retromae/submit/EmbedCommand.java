package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.embed.job.EmbedConfig;
import io.retromae.embed.job.EmbedJob;
import io.retromae.embed.job.EmbedPlan;
import io.retromae.embed.job.VectorManifest;
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

/** Texts to vectors. */
@Command(
    name = "embed",
    description = "Texts to vectors by a model; resumes by itself.",
    mixinStandardHelpOptions = true)
final class EmbedCommand extends ModelCommand {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXTS",
      description = "Texts: file, folder, glob pattern or corpus, the only one of inputs.")
  private Optional<String> input = Optional.empty();

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "query, passage or none, the setting kind: picks the model's instruction.")
  private Optional<String> kind = Optional.empty();

  EmbedCommand(Console console) {
    super(console);
  }

  /** The short form, as assignments. */
  @Override
  List<String> shortForm() {
    List<String> assignments = assignments(input, "{path: %s}", "embed MODEL IN OUT");
    kind.ifPresent(name -> assignments.add("kind=" + name));
    return assignments;
  }

  @Override
  int execute() throws IOException {
    Resolved<EmbedConfig> config = load(EmbedConfig.class);
    EmbedPlan plan = EmbedPlan.of(storage(), config.value());
    JobDemand demand = JobSizing.embedding(plan, master());
    SparkSetup setup = setup(demand, paths(config.value()), conf -> List.of());
    return showOrDo(
        setup, demand, () -> show(config, plan, setup, demand), spark -> run(spark, config, plan));
  }

  /** What the executors open. */
  private static Map<String, String> paths(EmbedConfig config) {
    Map<String, String> paths = new LinkedHashMap<>();
    paths.put("model", config.model());
    for (int i = 0; i < config.inputs().size(); i++) {
      paths.put("inputs[%d].path".formatted(i), config.inputs().get(i).path());
    }
    paths.put("output", config.output());
    return paths;
  }

  private int run(JavaSparkContext spark, Resolved<EmbedConfig> config, EmbedPlan plan) {
    EmbedJob job = new EmbedJob(spark, config, console()::line, console()::progress);
    boolean done = stop().unlessStopped(spark, () -> job.run(mode(), plan));
    return ended(done, "vectors in " + config.value().output());
  }

  private void show(
      Resolved<EmbedConfig> config, EmbedPlan plan, SparkSetup setup, JobDemand demand) {
    OutputFolder.Found found = EmbedJob.check(storage(), config, plan, mode());
    DryRun report = new DryRun(console(), System.getenv());
    report.section("inputs", plan.listing());
    report.section("encoder", plan.describe());
    String output = config.value().output();
    report.output(output, found, () -> VectorManifest.exists(storage(), output));
    report.section("memory", CostEstimate.memory(plan, setup, demand));
    report.section("time", CostEstimate.time(plan, setup));
    report.spark(setup, demand, this, Map.of(name(), config));
  }
}
