package io.retromae.pretrain.train;

import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.memory.VectorMemory;
import io.retromae.pretrain.model.FlatVector;
import java.util.function.Consumer;

/**
 * What ranks do with whole vectors in a step. Replicated: gradients are summed on all, and every
 * rank makes the same update. Sharded (ZeRO stage 1): each rank gets the sum of its part, updates
 * that part and gives it to the others; the bytes on the way are the same.
 */
final class ParameterExchange {
  private final Collective collective;
  private final boolean sharded;

  ParameterExchange(Collective collective, boolean sharded) {
    this.collective = collective;
    this.sharded = sharded;
  }

  /** Afterwards the part that this rank updates holds the sum over all ranks. */
  void sum(FlatVector gradients) {
    apply(sharded ? collective::reduceScatterSum : collective::allReduceSum, gradients);
  }

  /** Gives every rank what the others have updated. */
  void gather(FlatVector parameters) {
    if (sharded) {
      apply(collective::allGather, parameters);
    }
  }

  private void apply(Consumer<VectorMemory> operation, FlatVector vector) {
    if (collective.onDevice()) {
      operation.accept(vector.inPlace());
    } else {
      operation.accept(vector.fetch());
      vector.store();
    }
  }
}
