package io.retromae.training.loop;

import java.io.IOException;
import java.util.List;

/**
 * What a run trains: the seam between the engine and an objective. The engine owns the parameters,
 * the sum of gradients over ranks, the update, checkpoints and reports; the objective says what a
 * step's gradients and losses are. An objective that is a sum over micro-batches implements {@link
 * MicroBatchLoss} and gets the rest from {@link SummedObjective}; one whose rows depend on those of
 * other ranks (a contrastive loss with negatives of all workers) exchanges vectors in {@link
 * #step}.
 *
 * @param <S> a micro-batch
 */
public interface Objective<S extends MicroBatch> {
  /** The terms of the loss, in the order in which they are reported; the same on every rank. */
  List<LossTerm> terms();

  /**
   * Names of figures that it measures in each step beside its losses, lower case with _, in the
   * order in which they are reported; the same on every rank.
   */
  default List<String> gauges() {
    return List.of();
  }

  /**
   * Forward and backward of one step's micro-batches of this rank. Every logical shard's gradient
   * goes into the tree as one leaf, in the order of the shards. Called on every rank. The loop
   * multiplies the sum of all leaves by {@link RunPlan#gradientScale}.
   *
   * @return losses of each of this rank's logical shards
   * @throws IOException if the batches cannot be read
   */
  StepSums step(StepInput<S> input) throws IOException;

  /**
   * The step's losses from those of all logical shards in their order: the total, then each term's
   * mean.
   */
  double[] mean(RunPlan plan, List<double[]> shards);

  /** Losses of a held-out batch without dropout, as sums that may be added over batches. */
  EvaluationSums evaluate(S batch);
}
