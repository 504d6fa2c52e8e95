package io.retromae.pretrain.train;

import java.util.List;
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
 * @param rankTimes where each rank's time went
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
    List<RankTimes> rankTimes) {
  /** Copies the list. */
  public StepReport {
    rankTimes = List.copyOf(rankTimes);
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
   * @param allReduceMs summing gradients, waiting for slower ranks included
   */
  public record RankTimes(double dataMs, double computeMs, double allReduceMs) {}
}
