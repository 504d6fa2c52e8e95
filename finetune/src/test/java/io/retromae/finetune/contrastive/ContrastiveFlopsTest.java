package io.retromae.finetune.contrastive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.finetune.contrastive.ContrastiveRule.Distillation;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.training.bert.BertFlops;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.Pooling;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * By PyTorch's FlopCounterMode, as training's BertFlopsTest says: rows of 7, 20 and 33 tokens, and
 * a product of 6 x 64 with 64 x 24, all with their backward passes.
 */
class ContrastiveFlopsTest {
  private static final BertShape SHAPE =
      new BertShape(1_000, 64, 3, 4, 256, 64, 2, 1e-12, 0.1, 0.1, 0.02, 0);

  private static ContrastiveFlops flops(Pooling pooling, Negatives negatives, List<Integer> dims) {
    return new ContrastiveFlops(
        SHAPE,
        new ContrastiveRule(
            pooling, true, 0.02, negatives, true, Distillation.NONE, 1, dims, 16, false));
  }

  private static PairBatch batch() {
    return new PairBatch(
        new int[][] {new int[7]},
        new int[][] {new int[20], new int[33]},
        2,
        new TextHashes(new long[1], new long[2], new long[1][0]),
        new double[0],
        false);
  }

  @Test
  void aVectorOfOneTokenNeedsLessOfTheLastLayer() {
    ContrastiveFlops cls = flops(Pooling.CLS, Negatives.GLOBAL, List.of());
    ContrastiveFlops mean = flops(Pooling.MEAN, Negatives.GLOBAL, List.of());

    assertEquals(41_484_288, BertFlops.TRAINING * cls.vectors(batch()));
    assertEquals(56_627_712, BertFlops.TRAINING * mean.vectors(batch()));
  }

  @Test
  void scoresAreOfThePassagesThatCount() {
    BatchLayout.Shard shard = new BatchLayout.Shard(0, 0, 0, 6, 2, 6, false);
    BatchLayout.Shard own = new BatchLayout.Shard(0, 0, 0, 6, 2, 6, true);
    ContrastiveFlops global = flops(Pooling.CLS, Negatives.GLOBAL, List.of());

    assertEquals(55_296, BertFlops.TRAINING * global.scores(shard, 24));
    assertEquals(55_296 / 12, BertFlops.TRAINING * global.scores(own, 24));
    assertEquals(
        55_296 / 2,
        BertFlops.TRAINING * flops(Pooling.CLS, Negatives.SHARD, List.of()).scores(shard, 24));
    assertEquals(
        55_296 * 1.5,
        BertFlops.TRAINING
            * flops(Pooling.CLS, Negatives.GLOBAL, List.of(32, 64)).scores(shard, 24));
  }
}
