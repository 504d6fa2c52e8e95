package io.retromae.submit;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.embed.evaluate.EvaluationConfig;
import io.retromae.embed.evaluate.EvaluationPlan;
import io.retromae.embed.job.evaluate.EvaluationJob;
import io.retromae.submit.estimate.CostEstimate;
import io.retromae.submit.estimate.JobSizing;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.SparkSetup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Scores of models on tasks. */
@Command(
    name = "evaluate",
    description = "Scores of models on tasks, compared; resumes by itself, keeps vectors.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand extends SparkCommand {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Encoder to evaluate, named by its folder; repeatable, instead of competitors.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--task",
      paramLabel = "DIR",
      description = "Task, named by its folder; repeatable, instead of tasks.")
  private List<String> tasks = new ArrayList<>();

  EvaluateCommand(Console console) {
    super(console);
  }

  /** The short form, as assignments. */
  @Override
  List<String> shortForm() {
    List<String> assignments = new ArrayList<>();
    if (!models.isEmpty()) {
      assignments.add("competitors=" + named(models, "model"));
    }
    if (!tasks.isEmpty()) {
      assignments.add("tasks=" + named(tasks, "path"));
    }
    return assignments;
  }

  private static String named(List<String> folders, String setting) {
    List<String> entries = new ArrayList<>();
    List<String> names = folders.stream().map(folder -> name(folder, 1)).toList();
    for (int i = 0; i < names.size(); i++) {
      String folder = folders.get(i);
      boolean shared = Collections.frequency(names, names.get(i)) > 1;
      String name = shared ? name(folder, 2) : names.get(i);
      entries.add(
          "{name: %s, %s: %s}"
              .formatted(ConfigLoader.quoted(name), setting, ConfigLoader.quoted(folder)));
    }
    return entries.toString();
  }

  /** The last parts of a path, made fit for a name. */
  private static String name(String folder, int parts) {
    String[] all = folder.split("/+"); // nothing behind a slash at the end
    int from = Math.max(0, all.length - parts);
    String last = String.join("-", Arrays.asList(all).subList(from, all.length));
    return last.replaceAll("[^\\p{L}\\p{N}._-]", "-").replaceFirst("^[._-]+", "");
  }

  @Override
  int execute() throws IOException {
    Resolved<EvaluationConfig> config = load(EvaluationConfig.class);
    EvaluationPlan plan = EvaluationPlan.of(storage(), config.value());
    JobDemand demand = JobSizing.evaluation(plan, master());
    SparkSetup setup = setup(demand, paths(config.value()), conf -> List.of());
    return showOrDo(
        setup, demand, () -> show(config, plan, setup, demand), spark -> run(spark, config, plan));
  }

  /** What the executors open. */
  private static Map<String, String> paths(EvaluationConfig config) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (int i = 0; i < config.competitors().size(); i++) {
      String competitor = "competitors[%d].".formatted(i);
      Optional<String> model = config.competitors().get(i).model();
      Optional<String> vectors = config.competitors().get(i).vectors();
      model.ifPresent(folder -> paths.put(competitor + "model", folder));
      vectors.ifPresent(folder -> paths.put(competitor + "vectors", folder));
    }
    paths.put("output", config.output());
    return paths;
  }

  private int run(JavaSparkContext spark, Resolved<EvaluationConfig> config, EvaluationPlan plan) {
    EvaluationJob job =
        new EvaluationJob(spark, config, plan, console()::line, console()::progress);
    boolean done = stop().unlessStopped(spark, () -> job.run(mode()));
    return ended(
        done,
        "report in %s/report: report.html, report.md, report.json"
            .formatted(config.value().output()));
  }

  private void show(
      Resolved<EvaluationConfig> config, EvaluationPlan plan, SparkSetup setup, JobDemand demand) {
    OutputFolder.Found found = EvaluationJob.check(storage(), config.value(), mode());
    DryRun report = new DryRun(console(), System.getenv());
    report.section("tasks", plan.describeTasks());
    report.section("competitors", plan.describeCompetitors());
    report.output(config.value().output(), found, "");
    report.section("memory", CostEstimate.memory(plan, setup, demand));
    report.section("time", CostEstimate.time(plan, setup));
    report.spark(setup, demand, this, Map.of(name(), config));
  }
}
