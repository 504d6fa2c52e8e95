package io.retromae.training.attempt;

import io.retromae.core.output.OutputFolder;
import io.retromae.core.storage.Storage;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;

/**
 * What a run has reached: its checkpoints and its export.
 *
 * @param folder qualified path of the run
 */
record ReachedWork(Storage storage, String folder) implements OutputFolder.Work {
  @Override
  public boolean isNone() {
    return new CheckpointStore(storage, folder).isUntouched()
        && !storage.exists(folder + "/export");
  }

  @Override
  public String howToGoOn(Set<String> changed) {
    String extend =
        RunFolder.LENGTH.containsAll(changed)
            ? "to go on to more steps add --set schedule.extend=restate (the rate as if all had been planned) or rewarm (a rise and a fall of its own); "
            : "";
    return extend + newRun();
  }

  private String newRun() {
    return model()
        .map(
            model ->
                "to train its model on under these settings start a new run: --output NEW --set init.from="
                    + model)
        .orElse("");
  }

  private Optional<String> model() {
    String export = folder + "/export";
    if (storage.exists(export + "/config.json")) {
      return Optional.of(export);
    }
    CheckpointStore checkpoints = new CheckpointStore(storage, folder);
    try {
      return checkpoints
          .newest(CheckpointStore.Check.SIZES)
          .map(CheckpointRef::name)
          .map(checkpoints::files);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for checkpoints in " + folder, e);
    }
  }
}
