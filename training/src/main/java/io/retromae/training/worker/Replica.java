package io.retromae.training.worker;

import io.retromae.training.bert.BertModel;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.Share;
import io.retromae.training.checkpoint.TrainingVectors;
import io.retromae.training.collective.Collective;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.memory.HostVector;
import io.retromae.training.optimize.ExtendedLearningRate;
import io.retromae.training.optimize.LearningRate;
import io.retromae.training.optimize.Optimizer;
import io.retromae.training.settings.TrainingSettings;
import java.io.IOException;

/**
 * One rank's copy of what is trained: the parameters and AdamW's moments, or its part of those.
 * Owns the model's native memory.
 */
public final class Replica implements AutoCloseable {
  private final BertModel model;
  private final Optimizer optimizer;
  private final Share share;

  /** Takes the model over; parameters and moments are zero until somebody fills them. */
  Replica(BertModel model, TrainingSettings settings, Course course, Collective ranks) {
    this.model = model;
    LearningRate schedule =
        ExtendedLearningRate.of(
            settings.optimizer(), course.plan().totalSteps(), course.extensions());
    boolean sharded = settings.cluster().zeroStage() > 0;
    this.share = Share.of(ranks.rank(), ranks.worldSize(), sharded);
    this.optimizer =
        sharded
            ? Optimizer.sharded(
                model,
                settings.optimizer(),
                schedule,
                ranks.part(model.layout().size(), ranks.rank()))
            : new Optimizer(model, settings.optimizer(), schedule);
  }

  BertModel model() {
    return model;
  }

  Optimizer optimizer() {
    return optimizer;
  }

  /** What this rank writes of a checkpoint. */
  public Share share() {
    return share;
  }

  /** Takes up a checkpoint by its name. */
  TrainingState restore(CheckpointStore checkpoints, String name) throws IOException {
    TrainingState state = checkpoints.restore(name, model.layout(), vectors(true));
    model.parameters().store();
    optimizer.firstMoment().store();
    optimizer.secondMoment().store();
    optimizer.resumeAt(state.updates());
    return state;
  }

  /**
   * All that a checkpoint holds of it, as it is now.
   *
   * @param withParameters or the moments only
   */
  public TrainingVectors vectors(boolean withParameters) {
    return new TrainingVectors(
        withParameters ? model.parameters().fetch() : HostVector.allocate(0),
        optimizer.firstMoment().fetch(),
        optimizer.secondMoment().fetch(),
        optimizer.firstMoment().from());
  }

  @Override
  public void close() {
    model.close();
  }
}
