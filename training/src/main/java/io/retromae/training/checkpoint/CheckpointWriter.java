package io.retromae.training.checkpoint;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Saves a rank's share of a run in the background: training is held only while its vectors are
 * copied. Owns the room for the copy, made at the first save, and the thread that writes. A share
 * that cannot be written, or does not read back as written, is reported and written once more from
 * the same copy. When it is there, the rank tells rank 0, which publishes the manifest when it has
 * heard of all.
 */
public final class CheckpointWriter implements AutoCloseable {
  private static final int TRIES = 2;

  private static final Executor BACKGROUND =
      task -> new Thread(task, "retromae-checkpoint").start();

  private final CheckpointStore store;
  private final Origin origin;
  private final Share share;
  private final Listener listener;
  private Optional<TrainingVectors> room = Optional.empty();
  private Optional<PendingCheckpoint> pending = Optional.empty();
  private CompletableFuture<List<FileEntry>> written = CompletableFuture.completedFuture(List.of());
  private CompletableFuture<Void> committed = CompletableFuture.completedFuture(null);
  private final AtomicReference<byte[]> note = new AtomicReference<>(new byte[0]);
  private double settledMs;

  /** Writes to {@code store}. */
  public CheckpointWriter(CheckpointStore store, Origin origin, Share share, Listener listener) {
    this.store = store;
    this.origin = origin;
    this.share = share;
    this.listener = listener;
  }

  /**
   * What all checkpoints of one start of a job share.
   *
   * @param description small files that say what is trained, by name; rank 0 writes them
   * @param attempt which start of the job this is
   * @param keep checkpoints kept
   */
  public record Origin(Map<String, byte[]> description, long attempt, int keep) {}

  /** Hears of checkpoints, from the writing thread. */
  public interface Listener {
    /** One counts from now on; told on rank 0. */
    void saved(Saved checkpoint);

    /** One could not be written or read back; older ones are as they were. */
    void failed(long step, String reason);
  }

  /**
   * A checkpoint that counts.
   *
   * @param step steps done
   * @param bytes its size
   * @param seconds for writing and reading back, on all ranks
   * @param heldMs milliseconds that training was held: waiting for the checkpoint before, copying
   */
  public record Saved(long step, long bytes, double seconds, double heldMs) {}

  /**
   * Waits for this rank's share of the last checkpoint.
   *
   * @throws ClusterException if it could not be written
   */
  public void settle() {
    long began = System.nanoTime();
    awaitWritten();
    settledMs = (System.nanoTime() - began) / 1e6;
  }

  /**
   * Saves this rank's share of the vectors as they are now; returns as soon as they may change
   * again. All ranks' notes about the checkpoint before must have been {@link #heard}.
   *
   * @throws ClusterException if the checkpoint before could not be saved
   */
  public void save(TrainingState state, ParameterLayout layout, TrainingVectors live) {
    long began = System.nanoTime();
    awaitWritten(); // one at a time, and an error of the last one is not lost
    awaitCommitted();
    TrainingVectors copy = room.orElseGet(live::newRoom);
    room = Optional.of(copy);
    live.copyTo(copy);
    long copied = System.nanoTime();
    written =
        CompletableFuture.supplyAsync(
            () -> writeShare(state.step(), CheckpointFiles.of(share, layout, copy)), BACKGROUND);
    if (share.first()) {
      double heldMs = settledMs + (copied - began) / 1e6;
      PendingCheckpoint checkpoint =
          PendingCheckpoint.of(state, heldMs, copied, written, share.writers());
      pending = Optional.of(checkpoint);
      committed = checkpoint.complete().thenRunAsync(() -> commit(checkpoint), BACKGROUND);
    }
    settledMs = 0;
  }

  private List<FileEntry> writeShare(long step, Map<String, Map<String, TensorData>> tensors) {
    String name = Manifest.name(step, origin.attempt());
    Map<String, byte[]> description = share.first() ? origin.description() : Map.of();
    List<FileEntry> files = twice(step, () -> writeOrDiscard(name, tensors, description));
    if (!share.first()) {
      note.set(new PartNote(step, files).toBytes());
    }
    return files;
  }

  private List<FileEntry> writeOrDiscard(
      String name, Map<String, Map<String, TensorData>> tensors, Map<String, byte[]> description)
      throws IOException {
    try {
      return store.write(name, tensors, description);
    } catch (IOException | CorruptDataException | ClusterException e) {
      store.discard(name, share, tensors.keySet()); // a full disk has room again
      throw e;
    }
  }

  private void commit(PendingCheckpoint checkpoint) {
    TrainingState state = checkpoint.state();
    long bytes =
        twice(
            state.step(),
            () -> store.commit(state, origin.attempt(), checkpoint.files(), origin.keep()));
    double seconds = (System.nanoTime() - checkpoint.began()) / 1e9;
    listener.saved(new Saved(state.step(), bytes, seconds, checkpoint.heldMs()));
  }

  private interface Writing<T> {
    T run() throws IOException;
  }

  private <T> T twice(long step, Writing<T> writing) {
    for (int failures = 1; ; failures++) {
      try {
        return writing.run();
      } catch (IOException | CorruptDataException | ClusterException e) {
        listener.failed(step, String.valueOf(e.getMessage()));
        if (failures == TRIES) {
          throw new ClusterException(
              "rank %d cannot save step %d: %s".formatted(share.rank(), step, e.getMessage()), e);
        }
      }
    }
  }

  /**
   * What this rank has to tell rank 0, once; empty for nothing. Does not wait.
   *
   * @throws ClusterException if the last checkpoint could not be saved
   */
  public byte[] takeNote() {
    if (written.isCompletedExceptionally()) {
      awaitWritten();
    }
    if (committed.isCompletedExceptionally()) {
      awaitCommitted();
    }
    return note.getAndSet(new byte[0]);
  }

  /** What all ranks had to tell, by rank. */
  public void heard(List<byte[]> notes) {
    if (!share.first()) {
      return;
    }
    for (int rank = 1; rank < notes.size(); rank++) {
      if (notes.get(rank).length > 0) {
        accept(rank, PartNote.of(notes.get(rank)));
      }
    }
  }

  private void accept(int rank, PartNote part) {
    PendingCheckpoint checkpoint = pending.orElseThrow();
    if (part.step() != checkpoint.state().step()) {
      throw new IllegalStateException(
          "rank %d wrote its share of step %d, rank 0 of step %d"
              .formatted(rank, part.step(), checkpoint.state().step()));
    }
    checkpoint.parts().get(rank).complete(part.files());
  }

  private void awaitWritten() {
    CompletableFuture<List<FileEntry>> last = written;
    try {
      last.join();
    } catch (CompletionException e) {
      written = CompletableFuture.completedFuture(List.of()); // an error is thrown once
      committed = CompletableFuture.completedFuture(null);
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void awaitCommitted() {
    CompletableFuture<Void> last = committed;
    committed = CompletableFuture.completedFuture(null);
    try {
      last.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /**
   * Waits for the last checkpoint. If a rank's share is missing, because training has failed, it
   * will never count; the next attempt removes what is there of it.
   */
  @Override
  public void close() {
    awaitWritten();
    if (pending.isEmpty() || pending.get().complete().isDone()) {
      awaitCommitted();
    }
  }
}
