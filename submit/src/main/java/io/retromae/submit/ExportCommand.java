package io.retromae.submit;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.contrastive.ContrastiveCard;
import io.retromae.pretrain.job.Objectives;
import io.retromae.submit.spark.SparkOptions;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.huggingface.HuggingFaceExport;
import io.retromae.training.huggingface.NewModelFolder;
import io.retromae.training.huggingface.ObjectiveCard;
import io.retromae.training.loop.TrainingState;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A checkpoint to a Hugging Face folder. */
@Command(
    name = "export",
    description = "Checkpoint to Hugging Face folder.",
    mixinStandardHelpOptions = true)
final class ExportCommand extends JobCommand {
  private static final Pattern CHECKPOINT =
      Pattern.compile("(.*)/checkpoints/step-(\\d+)(-\\d+)?(\\.json)?/?");

  @Parameters(
      index = "0",
      paramLabel = "CHECKPOINT",
      description =
          "A run's folder (the checkpoint that checkpoint.keep_best chose, or else its newest) or"
              + " RUN/checkpoints/step-00000500.")
  private String checkpoint;

  @Parameters(index = "1", paramLabel = "DIR", description = "Folder to write; must not exist.")
  private String target;

  ExportCommand(Console console) {
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
  int execute() throws IOException {
    Storage storage = storage();
    Matcher named = CHECKPOINT.matcher(checkpoint);
    String run = named.matches() ? named.group(1) : checkpoint;
    CheckpointStore store = new CheckpointStore(storage, run);
    TrainingState state =
        named.matches() ? store.state(Long.parseLong(named.group(2))) : newest(store);
    long step = named.matches() ? state.step() : best(store, state);
    String which =
        step == state.selection().bestStep()
            ? "step %,d (%s)".formatted(step, state.selection().words())
            : "step %,d".formatted(step);
    if (dryRun()) {
      NewModelFolder.refuseExisting(storage, target);
      console().result("would export %s of %s to %s".formatted(which, run, target));
      return ExitCode.DONE;
    }
    HuggingFaceExport.write(storage, run, step, target, ExportCommand::card);
    console().result("done     %s of %s in %s".formatted(which, run, target));
    return ExitCode.DONE;
  }

  /** What a card says of a run's objective, whatever job it was of. */
  private static ObjectiveCard card(String method) {
    return method.equals(ContrastiveCard.METHOD) ? ContrastiveCard.card() : Objectives.card(method);
  }

  private long best(CheckpointStore store, TrainingState state) throws IOException {
    long step = state.selection().bestStepOr(state.step());
    if (step == state.step() || store.isWhole(step)) {
      return step;
    }
    throw new CorruptDataException(
        "%s: the best checkpoint, of step %d (%s), is gone or damaged; export the newest: %s/checkpoints/step-%d"
            .formatted(checkpoint, step, state.selection().words(), checkpoint, state.step()));
  }

  private TrainingState newest(CheckpointStore store) throws IOException {
    return store
        .newest()
        .map(CheckpointRef::state)
        .orElseThrow(() -> new ConfigException(checkpoint + ": holds no whole checkpoint"));
  }
}
