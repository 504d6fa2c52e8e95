package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.storage.Storage;
import io.retromae.etl.job.CorpusEtlJob;
import io.retromae.etl.job.EtlConfig;
import io.retromae.etl.job.EtlPlan;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.ClusterChecks;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.pretrain.model.BertShape;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.submit.spark.SparkSetup;
import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** The whole path on the shipped samples. */
@Command(
    name = "quickstart",
    description = "etl, pretrain and export on the shipped samples; run it in the source tree.",
    mixinStandardHelpOptions = true)
final class QuickstartCommand extends JobCommand {
  QuickstartCommand(Console console) {
    super(console);
  }

  /** Both jobs, ready to run. */
  private record Path(
      String corpus,
      String run,
      Resolved<EtlConfig> etl,
      Resolved<PretrainConfig> pretrain,
      EtlPlan plan,
      BertShape shape) {}

  @Override
  int execute() throws IOException {
    if (hasSettings()) {
      throw new ConfigException(
          "quickstart takes no -c or --set; run etl and pretrain with conf/quickstart-*.yaml");
    }
    Storage storage = storage();
    Path path = path(storage);
    MasterUrl master = master();
    JobDemand demand =
        Demands.both(
            Demands.training(path.pretrain().value(), path.shape(), properties(), master),
            Demands.corpus(path.plan(), path.etl().value(), master));
    SparkSetup setup =
        setup(
            demand,
            conf ->
                ClusterChecks.problems(
                    conf, path.pretrain().value().cluster(), master.isCluster()));
    if (dryRun()) {
      show(storage, path, setup, demand);
      return ExitCode.DONE;
    }
    try (StopSignal stop = StopSignal.install();
        JavaSparkContext spark = Sessions.start("retromae-quickstart", setup)) {
      return run(spark, path, stop);
    }
  }

  private Path path(Storage storage) {
    String folder = output().orElse("out/quickstart");
    String corpus = folder + "/corpus";
    String run = folder + "/run";
    Resolved<EtlConfig> etl =
        load(EtlConfig.class, List.of("conf/quickstart-etl.yaml"), List.of("output=" + corpus));
    Resolved<PretrainConfig> pretrain =
        load(
            PretrainConfig.class,
            List.of("conf/quickstart-pretrain.yaml"),
            List.of("corpus=" + corpus, "output=" + run));
    EtlPlan plan = EtlPlan.of(storage, etl.value());
    BertShape shape = PretrainPlan.freshShape(pretrain.value(), plan.vocabulary());
    return new Path(corpus, run, etl, pretrain, plan, shape);
  }

  private int run(JavaSparkContext spark, Path path, StopSignal stop) throws IOException {
    CorpusEtlJob corpus = new CorpusEtlJob(spark, path.etl(), console()::line);
    if (!stop.unlessStopped(spark, () -> corpus.run(mode(), path.plan()))) {
      console().result("stopped; the same command goes on with what is not finished");
      return ExitCode.STOPPED;
    }
    int code =
        PretrainCommand.train(
            spark,
            path.pretrain(),
            PretrainPlan.of(new Storage(spark.hadoopConfiguration()), path.pretrain().value()),
            mode(),
            stop,
            console());
    if (code == ExitCode.DONE) {
      console()
          .result(
              "corpus   " + path.corpus() + " (report/report.md tells where every record went)");
      console().result("run      " + path.run() + " (metrics.jsonl, checkpoints)");
      console()
          .result(
              "model    "
                  + path.run()
                  + "/export (opens with transformers and sentence-transformers)");
    }
    return code;
  }

  private void show(Storage storage, Path path, SparkSetup setup, JobDemand demand) {
    PretrainConfig training = path.pretrain().value();
    OutputFolder.Found found = CorpusEtlJob.check(storage, path.etl(), path.plan(), mode());
    DryRun report = new DryRun(console(), System.getenv());
    report.configuration("etl", path.etl());
    report.configuration("pretrain", path.pretrain());
    report.section("inputs", path.plan().listing(path.etl().value()));
    report.output(path.corpus(), found, "; then " + path.run());
    report.section("memory", Outlook.memory(training, path.shape(), setup));
    report.section(
        "time of etl",
        Outlook.time(path.plan(), setup.slots(), path.plan().units(path.etl().value())));
    report.section(
        "time of pretrain",
        Outlook.time(
            training,
            path.shape(),
            training.data().maxSeqLength(),
            training.schedule().maxSteps().orElse(0L),
            setup));
    report.spark(setup, demand, this, List.of(path.etl().yaml(), path.pretrain().yaml()));
  }
}
