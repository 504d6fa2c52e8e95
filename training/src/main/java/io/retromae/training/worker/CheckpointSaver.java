package io.retromae.training.worker;

import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.CheckpointTimer;
import io.retromae.training.checkpoint.CheckpointWriter;
import io.retromae.training.loop.Saver;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.settings.CheckpointSettings;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Has a rank's share of checkpoints written. Rank 0 writes the parameters and says when time is up;
 * other ranks write their part of the moments, if they have one. Owns the writing thread.
 */
public final class CheckpointSaver implements Saver, AutoCloseable {
  private final Replica replica;
  private final CheckpointWriter writer;
  private final CheckpointTimer timer;
  private final BooleanSupplier leaving;

  /**
   * Saves a rank's replica.
   *
   * @param run which run is saved, and how
   * @param leaving whether this rank's process is about to go, which asks for a checkpoint
   * @param listener hears of checkpoints
   */
  public CheckpointSaver(
      Replica replica, Run run, BooleanSupplier leaving, CheckpointWriter.Listener listener) {
    this.replica = replica;
    this.leaving = leaving;
    this.timer = new CheckpointTimer(run.settings().saveMinutes(), System::nanoTime);
    this.writer =
        new CheckpointWriter(
            run.store(),
            new CheckpointWriter.Origin(
                run.description(), run.attempt(), run.settings().saveTotalLimit()),
            replica.share(),
            listener);
  }

  /**
   * What is saved, and how.
   *
   * @param store the run's checkpoints
   * @param description small files that say what is trained, by name; rank 0 writes them
   * @param attempt which start of the job this is
   * @param settings how often, and how many are kept
   */
  public record Run(
      CheckpointStore store,
      Map<String, byte[]> description,
      long attempt,
      CheckpointSettings settings) {}

  /** Training begins. */
  public void begin() {
    timer.restart();
  }

  @Override
  public void save(TrainingState state) {
    if (replica.share().writes()) {
      boolean withParameters = replica.share().first();
      writer.save(state, replica.model().layout(), replica.vectors(withParameters));
    }
    timer.restart();
  }

  @Override
  public void settle() {
    writer.settle();
  }

  @Override
  public byte[] takeNote() {
    return writer.takeNote();
  }

  @Override
  public void heard(List<byte[]> notes) {
    writer.heard(notes);
  }

  @Override
  public boolean saveDue() {
    return replica.share().first() && timer.due() || leaving.getAsBoolean();
  }

  /** Waits for the last checkpoint. */
  @Override
  public void close() {
    writer.close();
  }
}
