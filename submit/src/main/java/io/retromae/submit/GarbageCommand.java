package io.retromae.submit;

import io.retromae.core.storage.Storage;
import io.retromae.etl.job.CorpusGarbage;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Files that no manifest names. */
@Command(
    name = "gc",
    description = "Lists files of a finished corpus that its manifest does not name.",
    mixinStandardHelpOptions = true)
final class GarbageCommand extends JobCommand {
  @Parameters(index = "0", paramLabel = "DIR", description = "A corpus.")
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
    List<String> garbage =
        forGood ? CorpusGarbage.delete(storage, folder) : CorpusGarbage.list(storage, folder);
    garbage.forEach(console()::result);
    String what = forGood ? "deleted" : "not named by the manifest";
    console().result("%d %s".formatted(garbage.size(), what));
    return ExitCode.DONE;
  }
}
