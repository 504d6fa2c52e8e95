package io.retromae.training.attempt;

import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import java.io.IOException;
import java.util.Optional;

/** Where a start of a run begins, before Spark is there. */
public final class ResumePoint {
  private ResumePoint() {}

  /**
   * Folder of the checkpoint's files that is gone on from; empty for a fresh start.
   *
   * @param output folder of the run
   * @param mode whether a checkpoint there is gone on from
   */
  public static Optional<String> of(Storage storage, String output, OutputMode mode)
      throws IOException {
    CheckpointStore checkpoints = new CheckpointStore(storage, storage.qualify(output));
    Optional<CheckpointRef> newest =
        mode == OutputMode.RESUME
            ? checkpoints.newest(CheckpointStore.Check.SIZES)
            : Optional.empty();
    return newest.map(checkpoint -> checkpoints.files(checkpoint.name()));
  }
}
