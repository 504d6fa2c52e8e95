package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.storage.Storage;
import io.retromae.etl.job.CorpusEtlJob;
import io.retromae.etl.job.EtlConfig;
import io.retromae.etl.job.EtlPlan;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** Corpora to shards. */
@Command(
    name = "etl",
    description = "Corpora to shards: clean, deduplicate, tokenise, shuffle.",
    mixinStandardHelpOptions = true)
final class EtlCommand extends JobCommand {
  EtlCommand(Console console) {
    super(console);
  }

  @Override
  int execute() {
    Resolved<EtlConfig> config = load(EtlConfig.class);
    EtlPlan plan = EtlPlan.of(new Storage(sessions().hadoopConfiguration()), config.value());
    if (dryRun()) {
      console().result(config.yaml());
      plan.describe(config.value()).forEach(console()::result);
      console().result(sessions().sparkSubmit("etl"));
      return ExitCode.DONE;
    }
    try (JavaSparkContext spark = sessions().start("retromae-etl")) {
      new CorpusEtlJob(spark, config, console()::line).run(mode());
    }
    console().result("done     corpus in " + config.value().output());
    return ExitCode.DONE;
  }
}
