package io.retromae.training.loop;

import io.retromae.core.hash.CounterRandom;
import io.retromae.core.hash.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/**
 * The numbers that fix a run's course, whatever computes it.
 *
 * @param logicalShards L
 * @param worldSize W, divides L
 * @param accumulationSteps micro-batches of each logical shard in a step
 * @param epochEnds steps done at the end of each epoch; the last is the end of the run
 * @param lossReduction how a step's loss is averaged
 * @param saveSteps steps between checkpoints
 * @param replicaCheckSteps steps between comparisons of the replicas
 * @param evalSteps steps between evaluations; empty for one at the end
 * @param maxSkippedSteps steps in a row without finite gradients that end the run
 * @param seed of every random choice
 */
public record RunPlan(
    int logicalShards,
    int worldSize,
    int accumulationSteps,
    List<Long> epochEnds,
    LossReduction lossReduction,
    int saveSteps,
    int replicaCheckSteps,
    Optional<Integer> evalSteps,
    int maxSkippedSteps,
    long seed) {
  private static final long DROPOUT = 21;

  /** Copies the list. */
  public RunPlan {
    epochEnds = List.copyOf(epochEnds);
  }

  /**
   * Steps done at the end of each epoch of a run.
   *
   * @param epochs of a run without {@code maxSteps}
   * @param maxSteps steps of the run, in as many epochs as they need
   * @param stepsOf steps of each epoch, at least one
   */
  public static List<Long> epochEnds(
      int epochs, Optional<Long> maxSteps, IntToLongFunction stepsOf) {
    List<Long> ends = new ArrayList<>();
    long steps = 0;
    long limit = maxSteps.orElse(Long.MAX_VALUE);
    for (int epoch = 0; steps < limit && (maxSteps.isPresent() || epoch < epochs); epoch++) {
      steps = Math.min(limit, steps + stepsOf.applyAsLong(epoch));
      ends.add(steps);
    }
    return ends;
  }

  /** Steps of the whole run. */
  public long totalSteps() {
    return epochEnds.get(epochEnds.size() - 1);
  }

  /** Whether the run is to be saved when this many steps are done. */
  boolean savesAfter(long step) {
    return step == totalSteps() || step % saveSteps == 0;
  }

  /** Whether replicas are to be compared when this many steps are done, saved or not. */
  boolean comparesAfter(long step) {
    return step % replicaCheckSteps == 0;
  }

  /** Whether the model is to be evaluated when this many steps are done. */
  boolean evaluatesAfter(long step) {
    return step == totalSteps() || evalSteps.isPresent() && step % evalSteps.get() == 0;
  }

  /** The epoch in which the step after {@code stepsDone} lies. */
  public int epochOf(long stepsDone) {
    return epochOf(epochEnds, stepsDone);
  }

  /**
   * The epoch in which the step after {@code stepsDone} lies; the last one if none does.
   *
   * @param epochEnds steps done at the end of each epoch
   */
  public static int epochOf(List<Long> epochEnds, long stepsDone) {
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

  /** The order in which a rank asks for micro-batches from a step on. */
  public BatchQueue.Order order(long stepsDone, int rank) {
    return new BatchQueue.Order(
        stepsDone, totalSteps(), firstShard(rank), firstShard(rank + 1), accumulationSteps);
  }

  /** What makes the gradient of the step's loss of the sum over micro-batches. */
  public double gradientScale() {
    return switch (lossReduction) {
      case MICRO_BATCH -> 1.0 / (logicalShards * accumulationSteps);
      case TOKEN -> 1; // each micro-batch was computed as its part of the whole
    };
  }

  /** What dropout of one micro-batch draws from; a mix of its coordinates, not negative. */
  public long dropoutSeed(long step, int logicalShard, int microBatch) {
    long place = SplitMix64.mix(logicalShard) + microBatch;
    return new CounterRandom(seed, DROPOUT, step, place).nextLong() & Long.MAX_VALUE;
  }
}
