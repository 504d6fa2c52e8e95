package io.retromae.training.checkpoint;

import io.retromae.training.loop.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A checkpoint that does not count yet: rank 0 waits for every rank's entries.
 *
 * @param state where the run stands
 * @param heldMs milliseconds that training was held on this rank
 * @param began {@link System#nanoTime} when it was copied
 * @param parts each writer's files, by rank, when they have been read back
 */
record PendingCheckpoint(
    TrainingState state,
    double heldMs,
    long began,
    List<CompletableFuture<List<FileEntry>>> parts) {

  /** Waits for {@code writers} ranks, the first of which is this one. */
  static PendingCheckpoint of(
      TrainingState state,
      double heldMs,
      long began,
      CompletableFuture<List<FileEntry>> own,
      int writers) {
    List<CompletableFuture<List<FileEntry>>> parts = new ArrayList<>(List.of(own));
    while (parts.size() < writers) {
      parts.add(new CompletableFuture<>());
    }
    return new PendingCheckpoint(state, heldMs, began, parts);
  }

  /** When all entries are there. */
  CompletableFuture<Void> complete() {
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
  }

  /** All files, once they are there. */
  List<FileEntry> files() {
    return parts.stream().flatMap(part -> part.join().stream()).toList();
  }
}
