package io.retromae.pretrain.train;

import io.retromae.core.hash.SplitMix64;
import io.retromae.pretrain.masking.CounterRandom;
import java.util.List;

/**
 * The numbers that fix a run's course, whatever computes it.
 *
 * @param logicalShards L
 * @param worldSize W, divides L
 * @param accumulationSteps micro-batches of each logical shard in a step
 * @param epochEnds steps done at the end of each epoch; the last is the end of the run
 * @param saveSteps steps between checkpoints
 * @param seed of every random choice
 */
public record RunPlan(
    int logicalShards,
    int worldSize,
    int accumulationSteps,
    List<Long> epochEnds,
    int saveSteps,
    long seed) {
  private static final long DROPOUT = 21;

  /** Copies the list. */
  public RunPlan {
    epochEnds = List.copyOf(epochEnds);
  }

  /** Steps of the whole run. */
  public long totalSteps() {
    return epochEnds.get(epochEnds.size() - 1);
  }

  /** The epoch in which the step after {@code stepsDone} lies. */
  public int epochOf(long stepsDone) {
    int epoch = 0;
    while (epoch < epochEnds.size() - 1 && epochEnds.get(epoch) <= stepsDone) {
      epoch++;
    }
    return epoch;
  }

  /** The first logical shard of a rank; ranks have equal, consecutive parts. */
  public int firstShard(int rank) {
    return rank * (logicalShards / worldSize);
  }

  /** Micro-batches in one step, over all ranks. */
  public int microBatchesPerStep() {
    return logicalShards * accumulationSteps;
  }

  /** What dropout of one micro-batch draws from; a mix of its coordinates, not negative. */
  long dropoutSeed(long step, int logicalShard, int microBatch) {
    long place = SplitMix64.mix(logicalShard) + microBatch;
    return new CounterRandom(seed, DROPOUT, step, place).nextLong() & Long.MAX_VALUE;
  }
}
