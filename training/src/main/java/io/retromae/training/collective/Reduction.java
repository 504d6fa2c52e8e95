package io.retromae.training.collective;

import io.retromae.training.collective.CollectiveOptions.WireType;
import io.retromae.training.memory.HostVector;
import java.io.IOException;

/**
 * How ranks sum a vector, in two halves. Every implementation adds in the order of the fixed binary
 * tree over ranks.
 */
interface Reduction {
  /** Sums into each rank's own part. */
  void reduceScatter(OperationId operation, HostVector values, WireType type) throws IOException;

  /** Gives every rank every part. */
  void allGather(OperationId operation, HostVector values, WireType type) throws IOException;

  /** The part of a vector that a rank owns in between. */
  Parts.Part part(long size, int rank);

  /** The one for a number of ranks. */
  static Reduction of(Exchange exchange, int rank, int world) {
    return Integer.bitCount(world) == 1
        ? new RecursiveHalving(exchange, rank, world)
        : new OwnerSum(exchange, rank, world);
  }
}
