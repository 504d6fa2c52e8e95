package io.retromae.pretrain.estimate;

import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.objective.ObjectiveCost;
import io.retromae.training.bert.BertShape;

/**
 * Floating-point operations of one step over all workers, counted as docs/performance.md, "Where
 * the time goes": 6 a weight and token; attention 4 L^2 D a row and layer, times 3.5 because its
 * forward pass is done twice; the head over scored rows only.
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
   * Counts.
   *
   * @param meanRow tokens of a row on average
   */
  public static StepWork of(
      BertShape shape, PretrainConfig config, ObjectiveCost objective, double meanRow) {
    double width = shape.hiddenSize();
    double rows = config.globalBatchSize();
    double tokens = rows * meanRow;
    double layers = shape.numHiddenLayers() + objective.decoderLayers();
    double weights = layers * (4 * width * width + 2 * width * shape.intermediateSize());
    double attention = layers * rows * 4 * meanRow * meanRow * width * 3.5;
    double scored = tokens * objective.scoredRows();
    double head = 6 * scored * width * (shape.vocabSize() + width);
    if (objective.pooledScores()) {
      head += tokens * width * (2.0 * shape.vocabSize() + 6 * width);
    }
    return new StepWork(6 * weights * tokens + attention + head);
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
