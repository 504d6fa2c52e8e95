package io.retromae.submit;

import io.retromae.core.config.ConfigReference;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.embed.evaluate.EvaluationConfig;
import io.retromae.embed.job.EmbedConfig;
import io.retromae.etl.job.VocabularyConfig;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.mine.MiningConfig;
import io.retromae.finetune.pairs.PairsConfig;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.submit.spark.SparkOptions;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the reference of all settings, or a resolved configuration. */
@Command(
    name = "config",
    description = "Prints every setting (of COMMAND); with -c or --set the values they would have.",
    mixinStandardHelpOptions = true)
final class ConfigCommand extends JobCommand {
  /** The jobs that have settings. */
  static final Map<String, Class<? extends Record>> JOBS =
      new java.util.TreeMap<>(
          Map.of(
              "embed", EmbedConfig.class,
              "etl", EtlConfig.class,
              "evaluate", EvaluationConfig.class,
              "finetune", FinetuneConfig.class,
              "mine", MiningConfig.class,
              "pairs", PairsConfig.class,
              "pretrain", PretrainConfig.class,
              "vocab", VocabularyConfig.class));

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "",
      paramLabel = "COMMAND",
      description = "embed, etl, evaluate, finetune, mine, pairs, pretrain or vocab.")
  private String job;

  ConfigCommand(Console console) {
    super(console);
  }

  @Override
  Set<String> uses(Set<String> declared) {
    return Set.of("--config", "--set", "--output");
  }

  @Override
  SparkOptions.Use sparkUse() {
    return SparkOptions.Use.STORAGE;
  }

  @Override
  int execute() {
    if (job.isEmpty()) {
      console().result(reference());
      return ExitCode.DONE;
    }
    Class<? extends Record> type = JOBS.get(job);
    if (type == null) {
      throw new ConfigException("config %s: must be one of %s".formatted(job, JOBS.keySet()));
    }
    console().result(hasSettings() ? Resolved.yaml(settings(type)) : reference(job, type));
    return ExitCode.DONE;
  }

  private static String reference(String name, Class<? extends Record> type) {
    return "# ---- " + name + " ----\n" + ConfigReference.yaml(type, 0);
  }

  /** Every setting of every job with default, type, range and meaning. */
  static String reference() {
    StringBuilder out =
        new StringBuilder(
            "# Every setting. Written by 'submit/retromae config > conf/reference.yaml'.\n");
    JOBS.forEach((name, type) -> out.append('\n').append(reference(name, type)));
    return out.toString();
  }
}
