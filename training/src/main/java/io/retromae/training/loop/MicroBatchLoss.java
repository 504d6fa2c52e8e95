package io.retromae.training.loop;

import io.retromae.training.libtorch.FlatVector;
import java.util.List;

/**
 * A loss whose gradient is a sum over micro-batches that know nothing of each other.
 *
 * @param <S> a micro-batch
 */
public interface MicroBatchLoss<S extends MicroBatch> {
  /** The terms of the loss. */
  List<LossTerm> terms();

  /**
   * How many tokens or rows each term's mean over this micro-batch is over, in the terms' order.
   */
  long[] counts(S batch);

  /**
   * Forward and backward of one micro-batch.
   *
   * @param gradients receives d total / d parameter; what it held is overwritten
   * @param dropoutSeed what dropout draws from, not negative
   * @param scale what each term's weighted mean is multiplied with in the total
   * @return the total, scaled, then each term's mean over the micro-batch, not scaled; a term
   *     without any token is 0
   */
  double[] gradients(S batch, FlatVector gradients, long dropoutSeed, double[] scale);

  /**
   * Floating-point operations of the matrix products that a forward and backward pass of a
   * micro-batch takes, whatever is computed twice to save memory: see {@link
   * io.retromae.training.bert.BertFlops}.
   */
  double flops(S batch);

  /** Losses and hits of one batch without dropout. */
  EvaluationSums evaluate(S batch);
}
