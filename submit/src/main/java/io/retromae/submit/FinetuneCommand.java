package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.job.FinetuneJob;
import io.retromae.finetune.job.FinetunePlan;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** Pairs to checkpoints and an exported retriever. */
@Command(
    name = "finetune",
    description = "Pairs to a retriever; resumes by itself from the newest whole checkpoint.",
    mixinStandardHelpOptions = true)
final class FinetuneCommand extends TrainingCommand {
  FinetuneCommand(Console console) {
    super(console);
  }

  @Override
  int execute() throws IOException {
    Resolved<FinetuneConfig> config = load(FinetuneConfig.class);
    Storage storage = storage();
    FinetunePlan plan = FinetunePlan.of(storage, config.value(), mode());
    Training training =
        new Training(
            config,
            config.value().cluster(),
            config.value().output(),
            paths(config.value()),
            plan.cost(config.value()),
            plan.describe(config.value()),
            () -> FinetuneJob.check(storage, config, plan, mode()));
    return showOrTrain(training, spark -> train(spark, config, plan, mode(), stop(), console()));
  }

  /** What workers open. */
  private static Map<String, String> paths(FinetuneConfig config) {
    Map<String, String> paths = new LinkedHashMap<>();
    paths.put("init.from", config.init().from());
    List<String> train = config.data().train();
    for (int i = 0; i < train.size(); i++) {
      paths.put("data.train[%d]".formatted(i), train.get(i));
    }
    config.data().corpus().ifPresent(corpus -> paths.put("data.corpus", corpus));
    List<String> evaluated = config.evaluation().data();
    for (int i = 0; i < evaluated.size(); i++) {
      paths.put("evaluation.data[%d]".formatted(i), evaluated.get(i));
    }
    paths.put("output", config.output());
    return paths;
  }

  static int train(
      JavaSparkContext spark,
      Resolved<FinetuneConfig> config,
      FinetunePlan plan,
      OutputMode mode,
      StopSignal stop,
      Console console)
      throws IOException {
    FinetuneJob job = new FinetuneJob(spark, config, console.run());
    stop.asks(job::requestStop);
    return ended(job.run(mode, plan), console);
  }
}
