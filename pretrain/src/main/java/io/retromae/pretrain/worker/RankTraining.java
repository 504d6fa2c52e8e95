package io.retromae.pretrain.worker;

import io.retromae.pretrain.checkpoint.CheckpointStore;
import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.settings.TrainingSettings;
import io.retromae.pretrain.train.BatchQueue;
import io.retromae.pretrain.train.Evaluator;
import io.retromae.pretrain.train.RunPlan;
import io.retromae.pretrain.train.Trainer;
import io.retromae.pretrain.train.TrainingHooks;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;

/**
 * One rank of a training, put together: model, optimizer, the way to the other ranks, batches and
 * loop. Needs no Spark. Owns the replica; collective and input stay the caller's.
 *
 * @param <S> a micro-batch
 */
public final class RankTraining<S> implements AutoCloseable {
  private final RunPlan plan;
  private final TrainingInput<S> input;
  private final Collective ranks;
  private final Replica replica;

  /** Parameters and moments are zero until {@link #restore}. */
  public RankTraining(
      TrainingSettings settings,
      RunPlan plan,
      TrainingInput<S> input,
      DeviceChoice device,
      Collective ranks) {
    this.plan = plan;
    this.input = input;
    this.ranks = ranks;
    this.replica =
        new Replica(
            input.newModel(device.compute(settings.compute())), settings, plan.totalSteps(), ranks);
  }

  /** This rank's copy of what is trained. */
  public Replica replica() {
    return replica;
  }

  /**
   * Takes up a checkpoint, or the first weights.
   *
   * @param name of a checkpoint; empty for a fresh start
   */
  public TrainingState restore(CheckpointStore checkpoints, String name) throws IOException {
    if (name.isEmpty()) {
      input.fill(replica.model());
      return TrainingState.START;
    }
    return replica.restore(checkpoints, name);
  }

  /**
   * Trains to the end of the plan, or until a stop is asked for. Every rank must call it.
   *
   * @param from what {@link #restore} gave
   * @return the state after the last step
   */
  public TrainingState train(TrainingState from, TrainingHooks hooks) throws IOException {
    var evaluator = new Evaluator(replica.model(), ranks, input.heldOutCount(), input.heldOut());
    BatchQueue.Order order = plan.order(from.step(), ranks.rank());
    try (BatchQueue ahead = BatchQueue.start(input.batches(), order, input.prefetchBatches())) {
      var parts = new Trainer.Parts(replica.model(), replica.optimizer(), ranks, ahead, evaluator);
      return new Trainer(parts, plan, hooks).train(from);
    }
  }

  @Override
  public void close() {
    replica.close();
  }
}
