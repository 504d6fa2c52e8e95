package io.retromae.submit;

import io.retromae.core.failure.ConfigException;
import io.retromae.finetune.merge.Merge;
import io.retromae.submit.spark.SparkOptions;
import io.retromae.training.bert.Pooling;
import io.retromae.training.huggingface.NewModelFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checkpoints to one. */
@Command(
    name = "merge",
    description = "Weighted mean of model folders of equal shape.",
    mixinStandardHelpOptions = true)
final class MergeCommand extends JobCommand {
  @Parameters(
      index = "0..*",
      arity = "2..*",
      paramLabel = "MODEL",
      description = "Model folders, two or more; DIR must not exist.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--weights",
      paramLabel = "W,W...",
      split = ",",
      description = "One a folder, above 0; only their ratios count. Equal by default.")
  private List<Double> weights = new ArrayList<>();

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      description =
          "cls, mean or last_token, normalized: writes down how vectors are made, where no folder"
              + " does.")
  private String pooling;

  MergeCommand(Console console) {
    super(console);
  }

  @Override
  Set<String> uses(Set<String> declared) {
    return Set.of("--output", "--dry-run");
  }

  @Override
  SparkOptions.Use sparkUse() {
    return SparkOptions.Use.STORAGE;
  }

  @Override
  int execute() {
    String target =
        output()
            .orElseThrow(
                () -> new ConfigException("merge: name the folder to write by --output DIR"));
    NewModelFolder.refuseExisting(storage(), target);
    Merge merge = Merge.of(storage(), models, weights, pooling());
    merge.describe().forEach(console()::line);
    if (dryRun()) {
      console().result("would merge %d folders to %s".formatted(models.size(), target));
      return ExitCode.DONE;
    }
    merge.write(target);
    console().result("done     mean of %d folders in %s".formatted(models.size(), target));
    return ExitCode.DONE;
  }

  private Optional<Pooling> pooling() {
    List<String> names =
        Stream.of(Pooling.values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    if (pooling != null && !names.contains(pooling)) {
      throw new ConfigException(
          "--pooling %s: must be one of %s".formatted(pooling, String.join(", ", names)));
    }
    return Optional.ofNullable(pooling).map(name -> Pooling.values()[names.indexOf(name)]);
  }
}
