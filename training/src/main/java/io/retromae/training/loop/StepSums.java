package io.retromae.training.loop;

import java.util.List;

/**
 * What one rank computed in a step.
 *
 * @param losses of each of the rank's logical shards, in order: the total, then each term; means,
 *     or parts of the step's mean
 * @param gauges of each of the rank's logical shards, in order: of each gauge a sum and what the
 *     step's is divided by; of an objective without gauges empty arrays
 * @param tokens tokens read
 * @param samples rows read
 * @param flops floating-point operations of their forward and backward passes: see {@link
 *     MicroBatchLoss#flops}
 * @param dataMs time waiting for micro-batches
 * @param computeMs time for forward and backward
 */
public record StepSums(
    List<double[]> losses,
    List<double[]> gauges,
    long tokens,
    long samples,
    double flops,
    double dataMs,
    double computeMs) {
  /** Copies the lists. */
  public StepSums {
    losses = List.copyOf(losses);
    gauges = List.copyOf(gauges);
  }
}
