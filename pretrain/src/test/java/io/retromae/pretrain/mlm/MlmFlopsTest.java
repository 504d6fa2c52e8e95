package io.retromae.pretrain.mlm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.TokenRows;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** By PyTorch's FlopCounterMode, as training's BertFlopsTest says: encoder, and head of 19. */
class MlmFlopsTest {
  @Test
  void aStepIsEncoderAndScoredTokens() {
    BertShape shape = new BertShape(1_000, 64, 3, 4, 256, 64, 2, 1e-12, 0.1, 0.1, 0.02, 0);
    long[] labels = new long[3 * 33];
    Arrays.fill(labels, -100);
    Arrays.fill(labels, 0, 19, 7);
    TokenRows rows = new TokenRows(33, new long[3 * 33], new long[] {7, 20, 33});

    double flops = MlmModel.flops(shape, new MlmBatch(rows, labels));

    assertEquals(56_627_712 + 7_762_944, flops);
  }
}
