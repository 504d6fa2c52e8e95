package io.retromae.training.attempt;

import io.retromae.core.output.OutputFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
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

  /** The export, unless the run has been trained on since: then its newest checkpoint. */
  private Optional<String> model() {
    String export = folder + "/export";
    CheckpointStore checkpoints = new CheckpointStore(storage, folder);
    try {
      Optional<String> newest =
          checkpoints
              .newest(CheckpointStore.Check.SIZES)
              .map(CheckpointRef::name)
              .map(checkpoints::files);
      boolean exported =
          storage.exists(export + "/config.json")
              && newest.filter(files -> writtenAt(files) > writtenAt(export)).isEmpty();
      return exported ? Optional.of(export) : newest;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for checkpoints in " + folder, e);
    }
  }

  /** When the last of a folder's files was, in milliseconds since 1970. */
  private long writtenAt(String files) {
    return storage.allFiles(files).stream().mapToLong(StoredFile::modified).max().orElse(0);
  }
}
