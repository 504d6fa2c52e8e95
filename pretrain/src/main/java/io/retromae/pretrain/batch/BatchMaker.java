package io.retromae.pretrain.batch;

import java.util.List;

/**
 * Makes a micro-batch of rows: an objective's own, with its masks. Everything random in it depends
 * on (seed, epoch, sample, repeat) alone. For one thread: room for masks is reused.
 *
 * @param <S> a micro-batch
 */
public interface BatchMaker<S> {
  /**
   * One micro-batch.
   *
   * @param rows at least one
   * @param epoch that they belong to; -1 for held-out rows
   */
  S build(List<SampleRow> rows, int epoch);
}
