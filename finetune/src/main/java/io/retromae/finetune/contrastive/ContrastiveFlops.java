package io.retromae.finetune.contrastive;

import io.retromae.training.bert.BertFlops;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.Pooling;
import java.util.stream.IntStream;

/**
 * Floating-point operations of a step's forward pass by the lengths of its rows.
 *
 * @param shape of the encoder
 * @param rule of the loss
 */
record ContrastiveFlops(BertShape shape, ContrastiveRule rule) {
  /** Encoding a shard's rows: of the last layer only what the pooled token needs. */
  double vectors(PairBatch batch) {
    long[] lengths =
        IntStream.range(0, batch.rows()).mapToLong(row -> batch.row(row).length).toArray();
    int layers = shape.numHiddenLayers();
    return rule.pooling() == Pooling.MEAN
        ? BertFlops.layers(shape, layers, lengths)
        : BertFlops.layers(shape, layers - 1, lengths)
            + BertFlops.layerForOneToken(shape, lengths.length, batch.tokens());
  }

  /**
   * Scores of a shard's queries.
   *
   * @param passages of the whole step
   */
  double scores(BatchLayout.Shard shard, int passages) {
    double scored =
        shard.ownNegatives()
            ? shard.groupSize()
            : switch (rule.negatives()) {
              case GLOBAL -> passages;
              case SHARD -> shard.passages();
              case OWN -> shard.groupSize();
            };
    int components =
        rule.mrlDims().isEmpty()
            ? shape.hiddenSize()
            : rule.mrlDims().stream().mapToInt(Integer::intValue).sum();
    return 2.0 * shard.queries() * scored * components;
  }
}
