package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.storage.Storage;
import io.retromae.etl.job.CorpusEtlJob;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.job.FinetunePlan;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.submit.estimate.CostEstimate;
import io.retromae.submit.estimate.JobSizing;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.submit.spark.SparkSetup;
import io.retromae.training.attempt.ClusterChecks;
import io.retromae.training.estimate.TrainingCost;
import io.retromae.training.settings.ClusterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** The whole path on the shipped samples. */
@Command(
    name = "quickstart",
    description =
        "etl, pretrain, export and finetune on the shipped samples; run it in the source tree.",
    mixinStandardHelpOptions = true)
final class QuickstartCommand extends SparkCommand {
  private static final String ETL = "conf/quickstart-etl.yaml";

  QuickstartCommand(Console console) {
    super(console);
  }

  /** All jobs, ready to run. */
  private record Jobs(
      String corpus,
      String run,
      String tuned,
      Resolved<EtlConfig> etl,
      Resolved<PretrainConfig> pretrain,
      Resolved<FinetuneConfig> finetune,
      EtlPlan plan,
      TrainingCost cost,
      FinetunePlan tuning,
      TrainingCost tuningCost) {}

  @Override
  Set<String> uses(Set<String> declared) {
    return Set.of("--output", "--dry-run", "--overwrite");
  }

  @Override
  int execute() throws IOException {
    if (!Files.exists(Path.of(ETL))) {
      throw new ConfigException(
          "quickstart: %s has no %s; run it in the source tree, where the samples are"
              .formatted(Path.of("").toAbsolutePath(), ETL));
    }
    Storage storage = storage();
    Jobs jobs = jobs(storage);
    MasterUrl master = master();
    JobDemand demand =
        JobSizing.both(
            JobSizing.trainings(
                JobSizing.training(jobs.cost(), properties(), master),
                JobSizing.training(jobs.tuningCost(), properties(), master)),
            JobSizing.corpus(jobs.plan(), jobs.etl().value(), master));
    SparkSetup setup =
        setup(demand, EtlCommand.paths(jobs.etl().value()), conf -> problems(conf, jobs, master));
    if (dryRun()) {
      show(storage, jobs, setup, demand);
      return planned();
    }
    try (JavaSparkContext spark = start(setup)) {
      return run(spark, jobs);
    }
  }

  /** What either training refuses of the properties; both may refuse the same. */
  private static List<String> problems(SparkConf conf, Jobs jobs, MasterUrl master) {
    Set<String> problems = new LinkedHashSet<>();
    for (ClusterSettings cluster :
        List.of(jobs.pretrain().value().cluster(), jobs.finetune().value().cluster())) {
      problems.addAll(ClusterChecks.problems(conf, cluster, master.isCluster()));
    }
    return List.copyOf(problems);
  }

  private Jobs jobs(Storage storage) throws IOException {
    String folder = output().orElse("out/quickstart");
    String corpus = folder + "/corpus";
    String run = folder + "/run";
    Resolved<EtlConfig> etl = load(EtlConfig.class, List.of(ETL), List.of("output=" + corpus));
    Resolved<PretrainConfig> pretrain =
        load(
            PretrainConfig.class,
            List.of("conf/quickstart-pretrain.yaml"),
            List.of("corpus=" + corpus, "output=" + run));
    String tuned = folder + "/finetune";
    Resolved<FinetuneConfig> finetune =
        load(
            FinetuneConfig.class,
            List.of("conf/finetune-quickstart.yaml"),
            List.of("init.from=" + run + "/export", "output=" + tuned));
    EtlPlan plan = EtlPlan.of(storage, etl.value());
    TrainingCost cost = PretrainPlan.freshCost(pretrain.value(), plan.vocabulary());
    FinetunePlan tuning =
        FinetunePlan.toCome(
            storage,
            finetune.value(),
            PretrainPlan.freshShape(pretrain.value(), plan.vocabulary()),
            plan.vocabulary(),
            etl.value().wordRules());
    return new Jobs(
        corpus,
        run,
        tuned,
        etl,
        pretrain,
        finetune,
        plan,
        cost,
        tuning,
        tuning.cost(finetune.value()));
  }

  private int run(JavaSparkContext spark, Jobs jobs) throws IOException {
    CorpusEtlJob corpus = new CorpusEtlJob(spark, jobs.etl(), console()::line, console()::progress);
    boolean done = stop().unlessStopped(spark, () -> corpus.run(mode(), jobs.plan()));
    if (!done || stop().received()) { // it may have come when the corpus was all but finished
      return stopped();
    }
    Storage storage = new Storage(spark.hadoopConfiguration());
    int code =
        PretrainCommand.train(
            spark,
            jobs.pretrain(),
            PretrainPlan.of(storage, jobs.pretrain().value(), mode()),
            mode(),
            stop(),
            console());
    if (code == ExitCode.DONE) {
      code =
          FinetuneCommand.train(
              spark,
              jobs.finetune(),
              FinetunePlan.of(storage, jobs.finetune().value(), mode()),
              mode(),
              stop(),
              console());
    }
    if (code == ExitCode.DONE) {
      console()
          .result(
              "corpus   " + jobs.corpus() + " (report/report.html tells where every record went)");
      console().result("run      " + jobs.run() + " (report/report.html tells how it went)");
      console()
          .result(
              "model    "
                  + jobs.run()
                  + "/export (opens with transformers and sentence-transformers)");
      console()
          .result(
              "tuned    "
                  + jobs.tuned()
                  + "/export (a retriever: its eval lines above, step=0 and the last, say what pairs gave)");
    }
    return code;
  }

  private void show(Storage storage, Jobs jobs, SparkSetup setup, JobDemand demand) {
    OutputFolder.Found found = CorpusEtlJob.check(storage, jobs.etl(), jobs.plan(), mode());
    DryRun report = new DryRun(console(), System.getenv());
    report.section("inputs", jobs.plan().listing(jobs.etl().value()));
    report.output(jobs.corpus(), found, "; then %s, %s".formatted(jobs.run(), jobs.tuned()));
    report.section("inputs of finetune", jobs.tuning().describe(jobs.finetune().value()));
    report.section("memory of pretrain", CostEstimate.memory(jobs.cost(), setup, demand));
    report.section("memory of finetune", CostEstimate.memory(jobs.tuningCost(), setup, demand));
    report.section(
        "time of etl",
        CostEstimate.time(jobs.plan(), setup, jobs.plan().units(jobs.etl().value())));
    report.section("time of pretrain", CostEstimate.time(jobs.cost(), setup));
    report.section("time of finetune", CostEstimate.time(jobs.tuningCost(), setup));
    Map<String, Resolved<?>> all = new LinkedHashMap<>();
    all.put("etl", jobs.etl());
    all.put("pretrain", jobs.pretrain());
    all.put("finetune", jobs.finetune());
    report.spark(setup, demand, this, all);
  }
}
