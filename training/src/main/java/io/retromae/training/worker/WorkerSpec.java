package io.retromae.training.worker;

import io.retromae.core.storage.Storage;
import io.retromae.training.connect.Membership;
import io.retromae.training.optimize.Extension;
import java.io.Serializable;
import java.util.List;

/**
 * All that the driver tells a worker of one attempt; travels inside Spark's task.
 *
 * @param task what is trained
 * @param storage reaches corpus and run folder
 * @param runFolder qualified path of the run
 * @param resumeFrom name of the checkpoint to start from; empty for a fresh start
 * @param attempt which start of the job this is, counted over the run's whole life
 * @param worldSize W
 * @param extensions by which the run got more steps than at first
 * @param driverHost where the driver listens
 * @param driverPort where the driver listens
 * @param secret 256 random bits of this attempt; see {@link AttemptKey}
 * @param encrypted whether connections of the attempt are encrypted
 */
public record WorkerSpec(
    TrainingTask task,
    Storage storage,
    String runFolder,
    String resumeFrom,
    long attempt,
    int worldSize,
    List<Extension> extensions,
    String driverHost,
    int driverPort,
    byte[] secret,
    boolean encrypted)
    implements Serializable {
  /** Copies the list. */
  public WorkerSpec {
    extensions = List.copyOf(extensions);
  }

  /** What a task of this attempt proves to others. */
  Membership membership(int rank) {
    byte[] key = AttemptKey.derive(secret, runFolder, attempt);
    return new Membership(key, runFolder, attempt, rank, worldSize, encrypted);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "WorkerSpec[run=%s, attempt=%d, from %s, workers=%d, driver=%s:%d, encrypted=%s]"
        .formatted(runFolder, attempt, resumeFrom, worldSize, driverHost, driverPort, encrypted);
  }
}
