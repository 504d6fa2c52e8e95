package io.retromae.pretrain.checkpoint;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.pretrain.model.ParameterLayout;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Saves a run in the background: training is held only while its three vectors are copied. Owns the
 * room for the copy, made at the first save, and the thread that writes. A checkpoint that cannot
 * be written, or does not read back as written, is reported and written once more from the same
 * copy.
 */
public final class CheckpointWriter implements AutoCloseable {
  private static final int TRIES = 2;

  private final CheckpointStore store;
  private final Origin origin;
  private final Listener listener;
  private Optional<Snapshot.FlatBuffers> room = Optional.empty();
  private CompletableFuture<Void> saving = CompletableFuture.completedFuture(null);

  /** Writes to {@code store}. */
  public CheckpointWriter(CheckpointStore store, Origin origin, Listener listener) {
    this.store = store;
    this.origin = origin;
    this.listener = listener;
  }

  /**
   * What all checkpoints of one start of a job share.
   *
   * @param description small files that say what is trained, by name
   * @param attempt which start of the job this is
   * @param keep checkpoints kept
   */
  public record Origin(Map<String, byte[]> description, long attempt, int keep) {}

  /** Hears of checkpoints, from the writing thread. */
  public interface Listener {
    /** One counts from now on. */
    void saved(Saved checkpoint);

    /** One could not be written or read back; older ones are as they were. */
    void failed(long step, String reason);
  }

  /**
   * A checkpoint that counts.
   *
   * @param step steps done
   * @param bytes its size
   * @param seconds for writing and reading back
   * @param heldMs milliseconds that training was held: waiting for the checkpoint before, copying
   */
  public record Saved(long step, long bytes, double seconds, double heldMs) {}

  /**
   * Saves the vectors as they are now; returns as soon as they may change again.
   *
   * @throws ClusterException if the checkpoint before could not be saved
   */
  public void save(TrainingState state, ParameterLayout layout, Snapshot.FlatBuffers live) {
    long began = System.nanoTime();
    awaitSaved(); // one at a time, and an error of the last one is not lost
    Snapshot.FlatBuffers copy = room.orElseGet(live::newRoom);
    room = Optional.of(copy);
    live.copyTo(copy);
    double heldMs = (System.nanoTime() - began) / 1e6;
    saving =
        CompletableFuture.runAsync(
            () -> write(Snapshot.of(state, layout, copy), heldMs),
            body -> new Thread(body, "retromae-checkpoint").start());
  }

  private void write(Snapshot snapshot, double heldMs) {
    long began = System.nanoTime();
    long bytes = stored(snapshot);
    double seconds = (System.nanoTime() - began) / 1e9;
    listener.saved(new Saved(snapshot.state().step(), bytes, seconds, heldMs));
  }

  private long stored(Snapshot snapshot) {
    long step = snapshot.state().step();
    for (int failures = 1; ; failures++) {
      try {
        return store.save(snapshot, origin.description(), origin.attempt(), origin.keep());
      } catch (IOException | CorruptDataException | ClusterException e) {
        listener.failed(step, String.valueOf(e.getMessage()));
        if (failures == TRIES) {
          throw new ClusterException(
              "rank 0 cannot save step %d: %s".formatted(step, e.getMessage()), e);
        }
      }
    }
  }

  private void awaitSaved() {
    CompletableFuture<Void> last = saving;
    saving = CompletableFuture.completedFuture(null); // an error is thrown once, not by close too
    try {
      last.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Waits for the last checkpoint. */
  @Override
  public void close() {
    awaitSaved();
  }
}
