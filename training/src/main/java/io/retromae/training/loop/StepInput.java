package io.retromae.training.loop;

import io.retromae.training.collective.Collective;
import io.retromae.training.optimize.GradientTree;

/**
 * What an objective computes a step from.
 *
 * @param step steps done before
 * @param plan which logical shards are this rank's, and how a loss is averaged
 * @param batches this rank's micro-batches, asked for by logical shard, then by micro-batch
 * @param collective the way to the other ranks
 * @param tree takes the logical shards' gradients
 * @param checkCancelled to be called before each micro-batch; throws if the task was cancelled
 * @param <S> a micro-batch
 */
public record StepInput<S extends MicroBatch>(
    long step,
    RunPlan plan,
    BatchSource<S> batches,
    Collective collective,
    GradientTree tree,
    Runnable checkCancelled) {
  /** The first of this rank's logical shards. */
  public int firstShard() {
    return plan.firstShard(collective.rank());
  }

  /** The one after its last. */
  public int endShard() {
    return plan.firstShard(collective.rank() + 1);
  }
}
