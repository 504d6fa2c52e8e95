package io.retromae.submit;

import io.retromae.core.output.Leftovers;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.VectorGarbage;
import io.retromae.embed.job.VectorManifest;
import io.retromae.etl.job.CorpusGarbage;
import io.retromae.finetune.mine.MiningManifest;
import io.retromae.finetune.pairs.job.PairsManifest;
import io.retromae.submit.spark.SparkOptions;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Files that no manifest names. */
@Command(
    name = "gc",
    description =
        "Lists files of a finished corpus, or of vectors, pairs or mined lines, that the manifest does"
            + " not name.",
    mixinStandardHelpOptions = true)
final class GarbageCommand extends JobCommand {
  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "A corpus, or a folder of vectors, pairs or mined lines.")
  private String folder;

  @Option(names = "--delete", description = "Delete them.")
  private boolean delete;

  GarbageCommand(Console console) {
    super(console);
  }

  @Override
  Set<String> uses(Set<String> declared) {
    return Set.of("--dry-run");
  }

  @Override
  SparkOptions.Use sparkUse() {
    return SparkOptions.Use.STORAGE;
  }

  @Override
  int execute() {
    Storage storage = storage();
    boolean forGood = delete && !dryRun();
    List<String> garbage = list(storage);
    if (forGood) {
      Leftovers.delete(storage, folder, garbage);
    }
    garbage.forEach(console()::result);
    String what = forGood ? "deleted" : "not named by the manifest";
    console().result("%d %s".formatted(garbage.size(), what));
    return ExitCode.DONE;
  }

  private List<String> list(Storage storage) {
    if (VectorManifest.exists(storage, folder)) {
      return VectorGarbage.list(storage, folder);
    }
    if (PairsManifest.exists(storage, folder)) {
      return PairsManifest.garbage(storage, folder);
    }
    if (MiningManifest.exists(storage, folder)) {
      return MiningManifest.garbage(storage, folder);
    }
    return CorpusGarbage.list(storage, folder);
  }
}
