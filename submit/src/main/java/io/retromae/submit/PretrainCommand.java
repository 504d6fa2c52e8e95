package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainJob;
import io.retromae.pretrain.job.PretrainPlan;
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
    Training training =
        new Training(
            config,
            config.value().cluster(),
            config.value().output(),
            paths(config.value()),
            plan.cost(config.value()),
            plan.describe(config.value()),
            () -> PretrainJob.check(storage, config, plan, mode()));
    return showOrTrain(training, spark -> train(spark, config, plan, mode(), stop(), console()));
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
}
