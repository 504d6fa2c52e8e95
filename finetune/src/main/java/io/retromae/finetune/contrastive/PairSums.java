package io.retromae.finetune.contrastive;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums over queries.
 *
 * @param contrast losses
 * @param distillation losses
 * @param hits queries whose positive has the best score of all that count
 * @param positive scores of positives
 * @param hardest best scores of negatives
 * @param withNegatives queries that have a negative
 * @param queries how many
 * @param masked passages that are no negatives because they have the text of a positive
 * @param candidates passages that would be negatives but for that
 */
record PairSums(
    double contrast,
    double distillation,
    double hits,
    double positive,
    double hardest,
    double withNegatives,
    double queries,
    double masked,
    double candidates) {
  private static final int BYTES = 9 * Double.BYTES;

  static final PairSums NONE = new PairSums(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** From what the script sums up. */
  static PairSums of(double[] sums, int queries, long masked, long candidates) {
    return new PairSums(
        sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], queries, masked, candidates);
  }

  PairSums plus(PairSums other) {
    return new PairSums(
        contrast + other.contrast,
        distillation + other.distillation,
        hits + other.hits,
        positive + other.positive,
        hardest + other.hardest,
        withNegatives + other.withNegatives,
        queries + other.queries,
        masked + other.masked,
        candidates + other.candidates);
  }

  PairSums times(double factor) {
    return new PairSums(
        factor * contrast,
        factor * distillation,
        factor * hits,
        factor * positive,
        factor * hardest,
        factor * withNegatives,
        factor * queries,
        factor * masked,
        factor * candidates);
  }

  /** Sums of several shards for other ranks. */
  static byte[] toBytes(List<PairSums> shards) {
    ByteBuffer out = ByteBuffer.allocate(shards.size() * BYTES);
    for (PairSums shard : shards) {
      out.putDouble(shard.contrast).putDouble(shard.distillation).putDouble(shard.hits);
      out.putDouble(shard.positive).putDouble(shard.hardest).putDouble(shard.withNegatives);
      out.putDouble(shard.queries).putDouble(shard.masked).putDouble(shard.candidates);
    }
    return out.array();
  }

  /** What {@link #toBytes} was given. */
  static List<PairSums> fromBytes(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    List<PairSums> shards = new ArrayList<>();
    while (in.hasRemaining()) {
      shards.add(
          new PairSums(
              in.getDouble(),
              in.getDouble(),
              in.getDouble(),
              in.getDouble(),
              in.getDouble(),
              in.getDouble(),
              in.getDouble(),
              in.getDouble(),
              in.getDouble()));
    }
    return shards;
  }
}
