package io.retromae.pretrain.train;

import java.util.List;

/**
 * One step as it is logged.
 *
 * @param step steps done, this one included
 * @param epoch passes over the corpus, from 0
 * @param losses means over the global batch
 * @param gradNorm global L2 norm before clipping
 * @param learningRate rate of this step
 * @param skipped the norm was not finite, nothing was updated
 * @param tokens tokens read by all ranks, special ones included, padding not
 * @param samples rows read by all ranks
 * @param rankTimes where each rank's time went
 */
public record StepReport(
    long step,
    int epoch,
    MeanLosses losses,
    double gradNorm,
    double learningRate,
    boolean skipped,
    long tokens,
    long samples,
    List<RankTimes> rankTimes) {
  /** Copies the list. */
  public StepReport {
    rankTimes = List.copyOf(rankTimes);
  }

  /**
   * Where one rank's step went.
   *
   * @param dataMs building micro-batches
   * @param computeMs forward, backward, update
   * @param allReduceMs summing gradients, waiting for slower ranks included
   */
  public record RankTimes(double dataMs, double computeMs, double allReduceMs) {}
}
