package io.retromae.pretrain.train;

import io.retromae.pretrain.batch.CorpusBatches;
import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.model.BatchArrays;
import io.retromae.pretrain.model.BatchTensors;
import io.retromae.pretrain.model.FlatVector;
import io.retromae.pretrain.model.LossScale;
import io.retromae.pretrain.model.Losses;
import io.retromae.pretrain.model.RetroMaeModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The training loop of one rank. A step reads the next micro-batches of every logical shard; each
 * rank computes its own shards, the gradients are summed over all in a fixed tree order and every
 * replica takes the same update. So the parameters have the same bits on every rank, and for every
 * number of ranks that gives each a power of two of logical shards.
 */
public final class Trainer {
  private final RetroMaeModel model;
  private final Optimizer optimizer;
  private final Collective collective;
  private final CorpusBatches batches;
  private final RunPlan plan;
  private final TrainingObserver observer;
  private final GradientTree gradients;
  private double lastAllReduceMs;

  /** A loop over what {@code parts} brings. */
  public Trainer(Parts parts, RunPlan plan, TrainingObserver observer) {
    this.model = parts.model();
    this.optimizer = parts.optimizer();
    this.collective = parts.collective();
    this.batches = parts.batches();
    this.plan = plan;
    this.observer = observer;
    this.gradients = new GradientTree(parts.model());
  }

  /**
   * What a rank trains with; the caller closes them.
   *
   * @param model this rank's replica
   * @param optimizer its moments
   * @param collective the way to the other ranks
   * @param batches this rank's micro-batches
   */
  public record Parts(
      RetroMaeModel model, Optimizer optimizer, Collective collective, CorpusBatches batches) {}

  /**
   * Trains from a state to the end of the plan, or until a stop is asked for.
   *
   * @return the state after the last step, which has been handed to {@link TrainingObserver#save}
   */
  public TrainingState train(TrainingState start) throws IOException {
    TrainingState state = start;
    boolean stop = false;
    while (state.step() < plan.totalSteps() && !stop) {
      StepOutcome outcome = step(state);
      state = outcome.state();
      stop = outcome.stop();
      boolean last = stop || state.step() == plan.totalSteps();
      if (last || state.step() % plan.saveSteps() == 0) {
        observer.save(state);
      }
    }
    return state;
  }

  private record StepOutcome(TrainingState state, boolean stop) {}

  private StepOutcome step(TrainingState before) throws IOException {
    StepMessage own = accumulate(before.step());
    long sumStart = System.nanoTime();
    FlatVector sum = gradients.sum();
    collective.allReduceSum(sum.memory());
    List<StepMessage> all =
        Arrays.stream(collective.allGather(own.toBytes())).map(StepMessage::of).toList();
    lastAllReduceMs = millisSince(sumStart);
    Optimizer.Update update = optimizer.update(sum, 1.0 / plan.microBatchesPerStep());
    gradients.release(sum);

    MeanLosses losses = mean(all);
    long step = before.step() + 1;
    double firstLoss = before.step() == 0 ? losses.total() : before.firstLoss();
    observer.stepDone(report(step, losses, update, all));
    TrainingState after = new TrainingState(step, optimizer.updates(), firstLoss, losses);
    return new StepOutcome(after, all.stream().anyMatch(StepMessage::stop));
  }

  /** Forward and backward of this rank's logical shards; their gradients end up in the tree. */
  private StepMessage accumulate(long step) throws IOException {
    List<Losses> losses = new ArrayList<>();
    long tokens = 0;
    long samples = 0;
    double dataMs = 0;
    double computeMs = 0;
    for (int shard = plan.firstShard(collective.rank());
        shard < plan.firstShard(collective.rank() + 1);
        shard++) {
      FlatVector leaf = gradients.borrow();
      List<Losses> ofShard = new ArrayList<>();
      for (int k = 0; k < plan.accumulationSteps(); k++) {
        observer.checkCancelled();
        long dataStart = System.nanoTime();
        BatchArrays batch = batches.next(shard, step, k);
        dataMs += millisSince(dataStart);
        tokens += Arrays.stream(batch.lengths()).sum();
        samples += batch.rows();

        long computeStart = System.nanoTime();
        ofShard.add(microBatch(batch, k == 0, leaf, plan.dropoutSeed(step, shard, k)));
        computeMs += millisSince(computeStart);
      }
      losses.add(mean(ofShard.stream()));
      gradients.push(leaf);
    }
    return new StepMessage(
        losses, tokens, samples, dataMs, computeMs, lastAllReduceMs, observer.stopRequested());
  }

  /** One micro-batch; its gradients replace the leaf's content or are added to it. */
  private Losses microBatch(BatchArrays batch, boolean first, FlatVector leaf, long dropoutSeed) {
    try (BatchTensors tensors = model.tensors(batch)) {
      if (first) {
        return model.gradients(tensors, leaf, dropoutSeed, LossScale.ONE);
      }
      FlatVector more = gradients.borrow();
      Losses losses = model.gradients(tensors, more, dropoutSeed, LossScale.ONE);
      model.add(leaf, more);
      gradients.release(more);
      return losses;
    }
  }

  private static MeanLosses mean(List<StepMessage> messages) {
    Losses mean = mean(messages.stream().flatMap(m -> m.losses().stream()));
    return new MeanLosses(mean.total(), mean.encoder(), mean.decoder(), mean.bow());
  }

  private static Losses mean(java.util.stream.Stream<Losses> parts) {
    double[] sum = new double[4];
    List<Losses> list = parts.toList();
    for (Losses part : list) {
      sum[0] += part.total();
      sum[1] += part.encoder();
      sum[2] += part.decoder();
      sum[3] += part.bow();
    }
    int n = list.size();
    return new Losses(sum[0] / n, sum[1] / n, sum[2] / n, sum[3] / n);
  }

  private StepReport report(
      long step, MeanLosses losses, Optimizer.Update update, List<StepMessage> all) {
    return new StepReport(
        step,
        plan.epochOf(step - 1),
        losses,
        update.gradNorm(),
        update.learningRate(),
        update.skipped(),
        all.stream().mapToLong(StepMessage::tokens).sum(),
        all.stream().mapToLong(StepMessage::samples).sum(),
        all.stream()
            .map(m -> new StepReport.RankTimes(m.dataMs(), m.computeMs(), m.allReduceMs()))
            .toList());
  }

  private static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }
}
