package io.retromae.training.optimize;

import io.retromae.training.collective.Collective;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.memory.VectorMemory;
import java.util.function.Consumer;

/**
 * What ranks do with whole vectors in a step. Replicated: gradients are summed on all, and every
 * rank makes the same update. Sharded (ZeRO stage 1): each rank gets the sum of its part, updates
 * that part and gives it to the others; the bytes on the way are the same.
 */
public final class ParameterExchange {
  private final Collective collective;
  private final boolean sharded;

  public ParameterExchange(Collective collective, boolean sharded) {
    this.collective = collective;
    this.sharded = sharded;
  }

  /** Afterwards the part that this rank updates holds the sum over all ranks. */
  public void sum(FlatVector gradients) {
    apply(sharded ? collective::reduceScatterSum : collective::allReduceSum, gradients);
  }

  /** Gives every rank what the others have updated. */
  public void gather(FlatVector parameters) {
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
