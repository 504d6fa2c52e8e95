package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.etl.job.CorpusEtlJob;
import io.retromae.etl.job.EtlConfig;
import io.retromae.etl.job.EtlPlan;
import io.retromae.pretrain.config.PretrainConfig;
import java.io.IOException;
import java.nio.file.Path;
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

  @Override
  int execute() throws IOException {
    if (hasSettings()) {
      throw new ConfigException(
          "quickstart takes no -c or --set; run etl and pretrain with conf/quickstart-*.yaml");
    }
    String folder = output().orElse("out/quickstart");
    String corpus = folder + "/corpus";
    String run = folder + "/run";
    Resolved<EtlConfig> etl =
        load(EtlConfig.class, Path.of("conf/quickstart-etl.yaml"), List.of("output=" + corpus));
    Resolved<PretrainConfig> pretrain =
        load(
            PretrainConfig.class,
            Path.of("conf/quickstart-pretrain.yaml"),
            List.of("corpus=" + corpus, "output=" + run));
    EtlPlan plan = EtlPlan.of(new Storage(sessions().hadoopConfiguration()), etl.value());
    if (dryRun()) {
      plan.describe(etl.value()).forEach(console()::result);
      console().result("would write " + corpus + " and " + run);
      return ExitCode.DONE;
    }
    try (JavaSparkContext spark = sessions().start("retromae-quickstart")) {
      new CorpusEtlJob(spark, etl, console()::line).run(mode());
      int code = PretrainCommand.train(spark, pretrain, mode(), console());
      if (code == ExitCode.DONE) {
        console()
            .result("corpus   " + corpus + " (report/report.md tells where every record went)");
        console().result("run      " + run + " (metrics.jsonl, checkpoints)");
        console()
            .result(
                "model    " + run + "/export (opens with transformers and sentence-transformers)");
      }
      return code;
    }
  }
}
