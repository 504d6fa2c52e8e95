package io.retromae.training.estimate;

import io.retromae.training.bert.BertFlops;
import io.retromae.training.bert.BertShape;

/**
 * Floating-point operations of one step over all workers, counted as docs/performance.md, "Where
 * the time goes".
 *
 * @param flops of one step
 */
public record StepWork(double flops) {
  /**
   * Operations a second of one thread on matrix products of a step: a processor with AVX-512 made
   * 106 to 122 thousand million (docs/performance.md); one without has half of that or less.
   */
  public static final double FLOPS_PER_THREAD = 1.0e11;

  /** Share of a GPU's peak that a step is assumed to reach; not measured. */
  public static final double ASSUMED_MFU = 0.4;

  /**
   * Operations of some layers forward and backward: 6 a weight and token; attention 4 L^2 D a row
   * and layer, times 3.5 because its forward pass is done twice.
   *
   * @param meanRow tokens of a row on average
   */
  public static double ofLayers(BertShape shape, double layers, double rows, double meanRow) {
    double attention = rows * 4 * meanRow * meanRow * shape.hiddenSize() * 3.5;
    return layers * (6 * BertFlops.layerWeights(shape) * rows * meanRow + attention);
  }

  /** Operations of some layers forward alone. */
  public static double forward(BertShape shape, double layers, double rows, double meanRow) {
    return BertFlops.layers(shape, layers, rows * meanRow, rows * meanRow * meanRow);
  }

  /** Seconds of one step on CPUs. */
  public double secondsOnCpus(int workers, int threads) {
    return flops / (workers * (double) threads * FLOPS_PER_THREAD);
  }

  /**
   * Seconds of one step on GPUs at {@link #ASSUMED_MFU}.
   *
   * @param peak operations a second of one of them
   */
  public double secondsOnGpus(int workers, double peak) {
    return flops / (workers * peak * ASSUMED_MFU);
  }
}
