package io.retromae.pretrain.job;

import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.checkpoint.Snapshot;
import io.retromae.pretrain.model.RetroMaeModel;
import io.retromae.pretrain.train.LearningRateSchedule;
import io.retromae.pretrain.train.Optimizer;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;

/**
 * One rank's copy of what is trained: the parameters and AdamW's moments. Owns the model's native
 * memory.
 */
final class Replica implements AutoCloseable {
  private final ModelStart start;
  private final RetroMaeModel model;
  private final Optimizer optimizer;

  /** Parameters and moments are zero until {@link #restore}. */
  Replica(ModelStart start, DeviceChoice device, long totalSteps) {
    this.start = start;
    this.model = start.newModel(device);
    var settings = start.config().optimizer();
    this.optimizer = new Optimizer(model, settings, LearningRateSchedule.of(settings, totalSteps));
  }

  RetroMaeModel model() {
    return model;
  }

  Optimizer optimizer() {
    return optimizer;
  }

  /**
   * Takes up the checkpoint of a step, or the first weights.
   *
   * @param step of a checkpoint; 0 for a fresh start
   */
  TrainingState restore(CheckpointStore checkpoints, long step) throws IOException {
    if (step == 0) {
      start.fill(model);
      return TrainingState.START;
    }
    Snapshot snapshot = checkpoints.load(step);
    snapshot.copyTo(model.layout(), vectors());
    model.parameters().store();
    optimizer.firstMoment().store();
    optimizer.secondMoment().store();
    optimizer.resumeAt(snapshot.state().updates());
    return snapshot.state();
  }

  /** All that a checkpoint holds of it, as it is now. */
  Snapshot.FlatBuffers vectors() {
    return new Snapshot.FlatBuffers(
        model.parameters().fetch(),
        optimizer.firstMoment().fetch(),
        optimizer.secondMoment().fetch());
  }

  @Override
  public void close() {
    model.close();
  }
}
