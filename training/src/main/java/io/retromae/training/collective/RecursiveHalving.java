package io.retromae.training.collective;

import io.retromae.training.collective.CollectiveOptions.WireType;
import io.retromae.training.memory.HostVector;
import java.io.IOException;

/**
 * Recursive halving, then doubling, for a power of two of ranks: log2 W transfers for each half.
 * Partners at distance 1, 2, 4, ... hold sums of neighbouring ranks, so the parts are added in the
 * tree's order; addition of two numbers commutes.
 */
final class RecursiveHalving implements Reduction {
  private final Exchange exchange;
  private final int rank;
  private final int levels;

  RecursiveHalving(Exchange exchange, int rank, int world) {
    this.exchange = exchange;
    this.rank = rank;
    this.levels = Integer.numberOfTrailingZeros(world);
  }

  @Override
  public void reduceScatter(OperationId operation, HostVector values, WireType type)
      throws IOException {
    for (int level = 0; level < levels; level++) {
      int partner = rank ^ 1 << level;
      exchange.send(partner, operation, range(values, partner, level + 1), type);
      exchange.add(partner, operation, range(values, rank, level + 1), type);
    }
  }

  @Override
  public void allGather(OperationId operation, HostVector values, WireType type)
      throws IOException {
    for (int level = levels - 1; level >= 0; level--) {
      int partner = rank ^ 1 << level;
      exchange.send(partner, operation, range(values, rank, level + 1), type);
      exchange.take(partner, operation, range(values, partner, level + 1), type);
    }
  }

  @Override
  public Parts.Part part(long size, int owner) {
    return part(size, owner, levels);
  }

  private Span range(HostVector values, int owner, int level) {
    return Span.of(values, part(values.size(), owner, level));
  }

  /**
   * What a rank holds after so many halvings. The lowest bit of its number chose first and
   * therefore the larger half: the order of parts is that of the reversed bits.
   */
  private static Parts.Part part(long size, int owner, int level) {
    int index = level == 0 ? 0 : Integer.reverse(owner) >>> 32 - level;
    return Parts.of(size, index, 1 << level);
  }
}
