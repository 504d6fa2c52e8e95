package io.retromae.training.loop;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One step as it is logged.
 *
 * @param state of the run after it, with its losses
 * @param epoch passes over the corpus, from 0
 * @param gradNorm global L2 norm before clipping
 * @param learningRate rate of this step
 * @param skipped the norm was not finite, nothing was updated
 * @param spike present if the loss left its usual range in this step
 * @param tokens tokens read by all ranks, special ones included, padding not
 * @param samples rows read by all ranks
 * @param flops floating-point operations of all ranks' passes: see {@link MicroBatchLoss#flops}
 * @param gauges figures of the objective beside its losses, by name, in order
 * @param rankTimes where each rank's time went
 * @param rankResidentBytes memory of the host that each rank's process holds; 0 if nothing tells it
 */
public record StepReport(
    TrainingState state,
    int epoch,
    double gradNorm,
    double learningRate,
    boolean skipped,
    Optional<LossWindow.Spike> spike,
    long tokens,
    long samples,
    double flops,
    Map<String, Double> gauges,
    List<RankTimes> rankTimes,
    List<Long> rankResidentBytes) {
  /** Copies. */
  public StepReport {
    gauges = Collections.unmodifiableMap(new LinkedHashMap<>(gauges));
    rankTimes = List.copyOf(rankTimes);
    rankResidentBytes = List.copyOf(rankResidentBytes);
  }

  /** Steps done, this one included. */
  public long step() {
    return state.step();
  }

  /** Means over the global batch. */
  public MeanLosses losses() {
    return state.lastLosses();
  }

  /**
   * Where one rank's step went.
   *
   * @param dataMs waiting for micro-batches
   * @param computeMs forward, backward, update
   * @param communicationMs exchanging gradients and messages in the step before
   * @param idleMs waiting for slower ranks in the step before
   */
  public record RankTimes(double dataMs, double computeMs, double communicationMs, double idleMs) {

    /** The time that is this rank's own doing: who has most of it is waited for by the others. */
    public double busyMs() {
      return dataMs + computeMs;
    }

    /** All of it. */
    public double sumMs() {
      return dataMs + computeMs + communicationMs + idleMs;
    }

    /** Times of several steps, or ranks, together. */
    public RankTimes plus(RankTimes other) {
      return new RankTimes(
          dataMs + other.dataMs,
          computeMs + other.computeMs,
          communicationMs + other.communicationMs,
          idleMs + other.idleMs);
    }
  }
}
