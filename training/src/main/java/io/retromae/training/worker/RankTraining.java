package io.retromae.training.worker;

import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.collective.Collective;
import io.retromae.training.device.DeviceChoice;
import io.retromae.training.loop.BatchQueue;
import io.retromae.training.loop.Evaluator;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.MicroBatch;
import io.retromae.training.loop.Objective;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.loop.Trainee;
import io.retromae.training.loop.Trainer;
import io.retromae.training.loop.TrainingHooks;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.settings.TrainingSettings;
import java.io.IOException;
import java.util.List;

/**
 * One rank of a training, put together: model, optimizer, the way to the other ranks, batches and
 * loop. Needs no Spark. Owns the replica; collective and input stay the caller's.
 *
 * @param <S> a micro-batch
 */
public final class RankTraining<S extends MicroBatch> implements AutoCloseable {
  private final RunPlan plan;
  private final SelectionRule selection;
  private final TrainingInput<S> input;
  private final Collective ranks;
  private final Objective<S> objective;
  private final Replica replica;

  /** Parameters and moments are zero until {@link #restore}. */
  public RankTraining(
      TrainingSettings settings,
      Course course,
      TrainingInput<S> input,
      DeviceChoice device,
      Collective ranks) {
    this.plan = course.plan();
    this.selection = course.selection();
    this.input = input;
    this.ranks = ranks;
    Trainee<S> trainee = input.newModel(device.compute(settings.compute()));
    this.objective = trainee.objective();
    this.replica = replica(trainee, settings, course, ranks);
  }

  /** Closes the model if there is no room for its moments. */
  private static Replica replica(
      Trainee<?> trainee, TrainingSettings settings, Course course, Collective ranks) {
    try {
      return new Replica(trainee.model(), settings, course, ranks);
    } catch (RuntimeException | Error e) {
      trainee.model().close();
      throw e;
    }
  }

  /** The terms of the loss, as they are reported. */
  public List<LossTerm> terms() {
    return objective.terms();
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
    var evaluator = new Evaluator<>(objective, ranks, input.heldOutCount(), input.heldOut());
    BatchQueue.Order order = plan.order(from.step(), ranks.rank());
    try (BatchQueue<S> ahead = BatchQueue.start(input.batches(), order, input.prefetchBatches())) {
      var parts =
          new Trainer.Parts<>(
              replica.model(),
              objective,
              replica.optimizer(),
              ranks,
              ahead,
              evaluator,
              input.probes());
      return new Trainer<>(parts, plan, selection, hooks).train(from);
    }
  }

  @Override
  public void close() {
    replica.close();
  }
}
